"""The steps that make static files and translations; none of them imports the rest of kiosk."""
