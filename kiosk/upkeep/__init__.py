"""What keeps kiosk well: the worker's chores and the doctor."""
