"""The pages on which a case is closed."""
