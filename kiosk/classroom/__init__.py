"""A lesson that a teacher leads: where the class is, what the board shows, who may need somebody."""
