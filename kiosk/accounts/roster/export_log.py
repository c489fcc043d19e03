"""Exporting a list with names is logged before the file is sent."""

from kiosk.accounts.sign_in.login import acting_staff
from kiosk.audit.log import LogAct
from kiosk.site import current_site


def note_export(what: str, of: str = "") -> None:
    """Note that the person of this request takes a list away; in a session of its own, as the request only reads."""
    with current_site().databases.school.write() as session:
        acting_staff().note(session, LogAct.EXPORTED, what=what, of=of)
