"""Lessons: read from files, followed a screen at a time."""
