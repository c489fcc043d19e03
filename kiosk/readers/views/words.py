"""The words of the page of keys: steps, states, the log, and what somebody changed by hand."""

import uuid
from collections.abc import Mapping

from flask_babel import gettext as _

from kiosk.accounts.models import KeyAct, KeyEvent
from kiosk.messages import N_
from kiosk.readers.holders import KeyState
from kiosk.readers.setup import SetupStep
from kiosk.readers.tampering import Tamper, TamperFinding

# What has to be done, and who does it.
STEPS = {
    SetupStep.ROLES: (
        N_("Give every role a holder and a deputy."),
        N_("Network manager or principal, on the page Roles"),
    ),
    SetupStep.READERS: (
        N_("At least two readers sign in once. That makes a key for each of them."),
        N_("Each reader, with their password and phone"),
    ),
    SetupStep.SHEETS: (
        N_("Make three recovery sheets and print them."),
        N_("One reader, beside a printer"),
    ),
    SetupStep.PROVEN: (
        N_("Type two of the printed sheets back. That shows that they work."),
        N_("One reader, with two of the sheets"),
    ),
    SetupStep.OPENED: (N_("Open the report page to children."), N_("One reader")),
    SetupStep.PRACTICE: (
        N_("Send a practice report, open it, and close it."),
        N_("One reader; every reader gets an e-mail"),
    ),
}
STATES = {
    KeyState.ACTIVE: N_("Active"),
    KeyState.WAITS: N_("Waits for approval"),
    KeyState.NONE: N_("Has not signed in yet"),
}
ACTS = {
    KeyAct.MADE: N_("%(name)s signed in for the first time and has a key."),
    KeyAct.RENEWED: N_("%(name)s had to choose a new password and has a new key."),
    KeyAct.APPROVED: N_("%(by)s approved the key of %(name)s."),
    KeyAct.ACTIVATED: N_("The key of %(name)s is active."),
    KeyAct.REMOVED: N_("%(name)s left, and the key was deleted."),
    KeyAct.SHEETS_MADE: N_("%(by)s made recovery sheets."),
    KeyAct.SHEETS_PROVEN: N_("%(by)s typed two recovery sheets back. They are active."),
    KeyAct.PAGE_OPENED: N_("%(by)s opened the report page to children."),
    KeyAct.RECOVERED: N_("%(by)s used two recovery sheets to give the readers access again."),
}
TAMPER_WORDS = {
    Tamper.KEY: N_("The key of %(name)s was changed in the database by hand, not by kiosk."),
    Tamper.COPY: N_("The key of %(name)s that is used for sealing is not the one that was approved."),
    Tamper.RECOVERY: N_("The active recovery key was never typed back here. Somebody put it there by hand."),
    Tamper.LOG: N_("A line of the log of keys was changed or removed by hand."),
}


def tamper_words(finding: TamperFinding) -> str:
    """A change that somebody made by hand, in a sentence."""
    return str(_(TAMPER_WORDS[finding.kind], name=finding.name))


def event_words(event: KeyEvent, names: Mapping[uuid.UUID, str]) -> str:
    """A line of the log, in a sentence."""
    name, by = (names.get(id, _("somebody")) if id else "" for id in (event.staff_id, event.by_id))
    return str(_(ACTS[event.act], name=name, by=by))
