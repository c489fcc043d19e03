"""`make bench`: what pages cost and how the server copes with a burst, compared with a bare Flask page."""
