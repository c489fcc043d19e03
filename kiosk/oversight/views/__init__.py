"""Pages of oversight: completion, coverage, signatures, evidence, lessons to set, what the leadership allows."""
