"""Hollybank School: an invented school full of life, to look around in."""
