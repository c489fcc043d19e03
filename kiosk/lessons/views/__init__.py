"""Pages of lessons: for pupils, and for families at home."""
