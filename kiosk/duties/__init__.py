"""The book of duties: what the school says it does, who does it, whether it was done, and where it goes when late."""
