"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.readers.views import approving, keys, opening, recovering, roles, sheets
from kiosk.readers.views.blueprint import bp

PAGES = (approving, keys, opening, recovering, roles, sheets)
__all__ = ["PAGES", "bp"]
