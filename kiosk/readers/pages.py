"""The blueprint of this feature. Importing this module registers all of its views."""

from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.views import absences, freezing, handing_over, propose, roles
from kiosk.readers.recovery.views import keys, recovering, sheets
from kiosk.readers.signed_list.views import card, key_refused

__all__ = ["bp"]
