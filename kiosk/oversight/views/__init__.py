"""Pages of oversight: what waits for me, completion, coverage, signatures, evidence, lessons to set."""
