"""The Codes of Conduct and their sign-offs."""
