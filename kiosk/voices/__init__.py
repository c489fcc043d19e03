"""A human voice: adults of the school read lessons aloud, and a second adult approves what children hear."""
