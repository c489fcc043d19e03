"""Pages of the training record."""
