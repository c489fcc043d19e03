"""Sameness: what makes two lessons, or two parts of one, sound or look alike (promise L21)."""
