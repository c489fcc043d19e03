"""Migrations of the school database."""
