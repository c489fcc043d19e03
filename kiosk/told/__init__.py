"""What everyone is told: the notices, how to tell, posters, and when each was told."""
