"""Replies as the child finds them: the threads, and looking one up with six pictures."""
