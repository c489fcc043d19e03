"""Pages about what everyone is told."""
