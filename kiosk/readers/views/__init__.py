"""The pages of readers and roles."""
