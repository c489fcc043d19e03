"""The pages of the report zone."""
