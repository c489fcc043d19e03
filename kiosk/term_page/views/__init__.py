"""Pages of the term page."""
