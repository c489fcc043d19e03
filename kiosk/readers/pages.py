"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.views import absences, freezing, propose, roles
from kiosk.readers.recovery.views import keys, recovering, sheets
from kiosk.readers.signed_list.views import card, key_refused

__all__ = ["bp"]
