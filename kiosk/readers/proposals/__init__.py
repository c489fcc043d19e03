"""Changing who reads: a proposal, its approval by other readers, and what it brings about."""
