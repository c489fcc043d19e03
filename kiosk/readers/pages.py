"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.readers.blueprint import bp
from kiosk.readers.practice.views import practice_runs
from kiosk.readers.proposals.views import absences, freezing, propose, roles
from kiosk.readers.recovery.views import keys, recovering, sheets
from kiosk.readers.views import card, shut

PAGES = (
    *(absences, card, freezing, keys, practice_runs),
    *(propose, recovering, roles, sheets, shut),
)
__all__ = ["PAGES", "bp"]
