"""Public pages: the start page, look and sound, help, and pages for families."""
