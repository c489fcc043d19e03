"""Sameness in one lesson: what makes parts of it or of its quiz sound or look alike (promise L21)."""
