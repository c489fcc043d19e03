"""The pages of the book of duties."""
