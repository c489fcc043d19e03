"""Copies, what is put back from them, and attacks on both."""
