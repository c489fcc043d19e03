"""The home page of staff and the bar of every staff page."""
