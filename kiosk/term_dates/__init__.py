"""The pages of the school's calendar: hours, terms, holidays and half days, also imported from an .ics file."""
