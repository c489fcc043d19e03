"""The pages of keys and recovery sheets."""
