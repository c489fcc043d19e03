"""The page of a case and the forms on it."""
