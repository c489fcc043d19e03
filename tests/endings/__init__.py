"""Tests of the end of a lesson."""
