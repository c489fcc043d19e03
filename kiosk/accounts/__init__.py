"""People, signing in, class windows and the roster."""
