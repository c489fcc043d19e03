"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.incidents.views import (
    acting,
    case,
    keys,
    keys_open,
    keys_readers,
    keys_recover,
    keys_sheets,
    queue,
    register,
    roles,
    we_did,
)
from kiosk.incidents.views.blueprint import bp

PAGES = (
    acting,
    case,
    keys,
    keys_open,
    keys_readers,
    keys_recover,
    keys_sheets,
    queue,
    register,
    roles,
    we_did,
)
__all__ = ["PAGES", "bp"]
