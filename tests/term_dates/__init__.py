"""Tests of the calendar file and of the calendar that a running process keeps."""
