"""Sameness of lessons: what makes two of those that we ship sound or look alike (promise L21)."""
