"""What only those who build kiosk need: it stands in the source, and no school installs it."""
