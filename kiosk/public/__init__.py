"""Pages that everybody may open: the start page, look and sound, help."""
