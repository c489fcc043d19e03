"""Approving: two people say that content may be used; what they said holds for the very words that they saw."""
