"""The pages on which people are invited, given roles and removed."""
