"""The audit log: adding lines, verifying its chain, and saying its lines in words."""
