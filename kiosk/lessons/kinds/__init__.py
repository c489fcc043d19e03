"""One module for each kind of thing to do in a lesson."""
