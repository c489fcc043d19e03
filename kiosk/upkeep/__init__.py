"""Maintenance: the worker's chores, and the checks of `kiosk doctor`."""
