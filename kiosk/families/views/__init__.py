"""Pages of the families' side."""
