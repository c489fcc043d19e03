"""What two people of the demo school have approved: nearly everything; one lesson and some translations wait."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.approving.approval import Speaking, approve, ticks_for
from kiosk.approving.items import Item
from kiosk.approving.models import Part
from kiosk.audit.log import Acting
from kiosk.demo.names import MAIL_DOMAIN
from kiosk.sealing.site_key import SiteKey

SPEAK = {Part.READ: "green", Part.LEAD: "adeyemi"}
CHANGED = "lesson/ks3-information-why-this-post"
WAIT = ("translation/code-parents.ur", "translation/lesson-ks1-bullying-kind-words.pl")
UNREAD = "translation/answers-"  # ready answers in languages that nobody here has checked
BEFORE, AFTER = b'."}', b' in your own words."}'  # one line of the changed lesson, as it was approved
LINE = "Went through every screen, with Mr Lewis as the class."
WEEKS_AGO = 5


def add_approvals(session: Session, key: SiteKey, items: Mapping[str, Item], now: datetime) -> None:
    """Let two people approve all but the ready answers in other languages, two translations, which one has read, and an
    older version of one lesson."""
    day = (now - timedelta(weeks=WEEKS_AGO)).date()
    for part, name in SPEAK.items():
        staff = session.scalars(select(StaffMember).where(StaffMember.email == name + MAIL_DOMAIN)).one()
        for item in map(_as_approved, items.values()):
            if not item.key.startswith(UNREAD) and (part is Part.READ or item.key not in WAIT):
                line = LINE if part is Part.READ and item.key == CHANGED else ""
                said = Speaking(
                    Acting(key, staff.id, now), staff, day, item.digest, part, line, ticks_for(item, part)
                )
                approve(session, item, said)


def _as_approved(item: Item) -> Item:
    if item.key != CHANGED:
        return item
    path, data = next(iter(item.files.items()))
    return replace(item, files={**item.files, path: data.replace(BEFORE, AFTER, 1)})
