"""The form in which a child tells something: its words, its pages, and sealing what was told."""
