"""The school's calendar: slots, opening hours, the file they come from, and watching that file for changes."""
