"""Tests of visitors who sign at reception."""
