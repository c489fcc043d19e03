"""Copies of a school: its rows in an archive that a recovery card opens, put back, and proven by a drill."""
