"""Pages of voices: recording for staff, and what is heard."""
