"""What fits into one view of a tablet."""
