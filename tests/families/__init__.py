"""Tests of the pages for families."""
