"""The schools of a fleet, one at a time: added, listed, moved and removed."""
