"""Pages of the preview."""
