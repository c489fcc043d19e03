"""The end of a lesson: what a child can do now, what is still open, and one question to take home."""
