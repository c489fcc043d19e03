"""`kiosk bench`: what pages cost and how a burst is borne, against a bare Flask page in the same run."""
