"""The pages on which a reader compares the signed list."""
