"""Automatic checks of text and pictures for children."""
