"""Figures about completion, signatures and coverage."""
