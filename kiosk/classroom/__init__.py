"""A class session on the board."""
