"""Changing the school's calendar: what staff type, what a file of term dates holds, and what follows from it."""
