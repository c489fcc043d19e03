"""Sealed reports for tests, as the form would have made them, and what opens them again."""

import uuid
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.report.access.keyring import Keyholder, Keyring
from kiosk.report.access.opening import Opener, opened_row
from kiosk.report.access.routes import EVERY_READER
from kiosk.report.access.sealed_report import RECOVERY_ID, SealedReport
from kiosk.report.form.answers import read
from kiosk.report.form.seal import seal_report
from kiosk.report.models import Report
from kiosk.sealing.boxes import public_of
from kiosk.sealing.site_key import SiteKey
from tests.factories import RECOVERY_PRIVATE, private_key_of

MONDAY_TEN = datetime(2026, 11, 23, 10, 17, 42, tzinfo=UTC)
KEY = SiteKey(b"k" * 32)
CALENDAR = SchoolCalendar(ZoneInfo("Europe/London"))
RECOVERY_RING = Keyring(recovery=public_of(RECOVERY_PRIVATE), published=True)
RECOVERY = Opener(RECOVERY_ID, EVERY_READER, RECOVERY_PRIVATE)
_number = count(1)


def keyholder(role: str, number: int = 1) -> Keyholder:
    """Somebody of a role with a key, always the same one."""
    person_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{role}{number}")
    name = f"{role}{number}"
    return Keyholder(person_id, name, f"{name}@school.example", role, public_of(private_key_of(person_id)))


RING = Keyring((keyholder("coordinator", 1), keyholder("coordinator", 2)), public_of(RECOVERY_PRIVATE), True)


def sealed_report(ring: Keyring = RECOVERY_RING, nonce: str = "", **given: Any) -> SealedReport:
    """A report of bullying, each call another one."""
    form: MultiDict[str, str] = MultiDict({"nonce": nonce or f"a nonce of tests {next(_number)}"})
    for name, value in ({"concern": "bullying"} | given).items():
        form.setlist(name, value if isinstance(value, list) else [value])
    answers, errors = read(form, Band.KS3, "en")
    assert not errors
    return seal_report(ring, KEY, CALENDAR, answers, MONDAY_TEN).sealed


def words_of(session: Session, opener: Opener = RECOVERY) -> list[str]:
    """The words of every report that is kept, opened with this key."""
    return sorted(
        opened_row(session, row, opener).body["words"] for row in session.scalars(select(Report)).all()
    )
