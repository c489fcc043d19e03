"""Tests of slips from home."""
