"""What kiosk asks of the computer it runs on: time, files, locks, memory, and limits on how often."""
