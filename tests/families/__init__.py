"""What families read at home."""
