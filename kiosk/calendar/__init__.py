"""The school's calendar: slots, opening hours, the file that says them, and keeping an eye on it."""
