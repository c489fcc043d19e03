"""Closing a case, with a second reader where it is severe."""
