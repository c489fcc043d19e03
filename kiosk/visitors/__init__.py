"""Visitors who sign the Code at reception: the tablet that the office opens, and the book of the last twelve months."""
