"""What a machine can check in words and pictures for children."""
