"""The end of a school year: classes move up or leave, and what lapses is reset, in one transaction."""
