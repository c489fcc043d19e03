"""What staff do with a report."""
