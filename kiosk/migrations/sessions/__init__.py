"""Migrations of the staff sessions' store."""
