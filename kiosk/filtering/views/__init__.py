"""The pages of the filter desk."""
