"""Migrations of the reports database."""
