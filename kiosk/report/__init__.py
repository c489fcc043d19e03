"""The anonymous zone: telling without saying who you are."""
