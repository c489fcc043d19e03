"""Public pages: the start page of a tablet, and what families read at home."""
