"""Every change of the three schemas, in order."""
