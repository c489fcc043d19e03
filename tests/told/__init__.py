"""Tests of what everyone is told."""
