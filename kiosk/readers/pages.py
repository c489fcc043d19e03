"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.readers.blueprint import bp
from kiosk.readers.practice.views import practice_runs
from kiosk.readers.views import absences, card, freezing, keys, proposing, recovering, roles, sheets, shut

PAGES = (
    *(absences, card, freezing, keys, practice_runs),
    *(proposing, recovering, roles, sheets, shut),
)
__all__ = ["PAGES", "bp"]
