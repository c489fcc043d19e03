"""Practice reports: when each was sent and how soon somebody opened it."""
