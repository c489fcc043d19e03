"""Completion, signatures and evidence."""
