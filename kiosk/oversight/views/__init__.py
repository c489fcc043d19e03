"""Pages of oversight: completion, coverage, signatures, evidence, lessons to set."""
