"""Pages of slips: what a family opens, and what the office and class teachers work with."""
