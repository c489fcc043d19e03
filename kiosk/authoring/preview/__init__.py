"""The preview of lessons for whoever writes them: an app of its own, on this computer alone."""
