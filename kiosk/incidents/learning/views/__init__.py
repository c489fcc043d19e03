"""The pages of follow-ups and of "you said, we did"."""
