"""The families' side: a question to ask at tea, what a child learns, and every page that a family opens at home."""
