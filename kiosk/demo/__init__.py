"""Hollybank School: an invented school with pupils, lessons and reports, to try everything out."""
