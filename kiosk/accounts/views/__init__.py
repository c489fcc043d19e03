"""Pages of people: joining, signing in, classes, keys, the roster."""
