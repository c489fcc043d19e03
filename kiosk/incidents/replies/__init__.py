"""Replies to the child: writing, checking and sending them, and by when."""
