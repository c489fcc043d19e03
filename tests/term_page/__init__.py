"""Tests of the term page."""
