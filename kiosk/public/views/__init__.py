"""Pages that everybody may open: the start page of a tablet, and what families read at home."""
