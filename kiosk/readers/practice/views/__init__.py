"""The page of practice runs."""
