"""One case: its records, tasks, deadlines, whose it is, and what may be done with it next."""
