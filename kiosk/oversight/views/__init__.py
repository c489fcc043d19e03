"""Pages of oversight: completion, coverage, signatures, lessons to set, what the leadership allows."""
