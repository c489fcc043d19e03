"""Tests of what changes the school calendar: lines, hours, files of term dates."""
