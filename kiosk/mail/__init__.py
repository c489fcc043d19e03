"""Mail to staff: the outbox, in which it waits, and the words of each message."""
