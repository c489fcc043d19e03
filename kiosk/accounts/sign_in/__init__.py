"""Signing in: password, phone code, the browsers that are known, and what slows down guessing."""
