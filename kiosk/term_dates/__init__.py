"""The school's calendar as a file: hours, terms, holidays and half days, read, written and kept an eye on."""
