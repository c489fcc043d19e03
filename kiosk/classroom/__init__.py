"""Class sessions that a teacher leads from the board."""
