"""What the school changes after a case, and what pupils are told of it."""
