"""The intake: sealed items in a file of their own, until they are transferred to the reports database."""
