"""Training of staff: topics, sessions and staff lessons, what counts, and what has run out."""
