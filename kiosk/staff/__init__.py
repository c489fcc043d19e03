"""The home page of staff with their tasks, and the bar of every staff page."""
