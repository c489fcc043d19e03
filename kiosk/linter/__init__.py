"""What a machine can check in words and pictures for children (content.md, section 4.1)."""
