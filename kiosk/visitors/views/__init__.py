"""Pages of the visitors' tablet and of the office."""
