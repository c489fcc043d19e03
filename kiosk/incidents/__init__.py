"""The queue of reports, and what staff do about each of them."""
