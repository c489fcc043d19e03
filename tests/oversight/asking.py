"""Asking the leadership team in tests."""

import uuid
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.db import now_utc
from kiosk.log import Acting
from kiosk.oversight.consents import ask, read_asking
from kiosk.oversight.models import Consent
from tests.factories import SITE_KEY


def today() -> date:
    """Today, as the school of these tests has it."""
    return now_utc().date()


def typed(**changed: str) -> dict[str, str]:
    """The form, filled in."""
    return {
        "kind": "filter",
        "what": "Open the video site for Year 9",
        "why": "They make a film about kindness.",
        "years": "Year 9",
        "risks": "Comments by strangers.",
        "care": "Only in the room, comments are off.",
        "holds_until": (today() + timedelta(days=60)).isoformat(),
        "review_on": (today() + timedelta(days=30)).isoformat(),
    } | changed


def ask_for(session: Session, staff: StaffMember, **changed: Any) -> Consent:
    """Somebody has asked, and it waits."""
    filled = read_asking(typed(**changed), today())
    assert not filled.errors
    return ask(session, Acting(SITE_KEY, staff.id, now_utc()), staff, uuid.uuid4(), filled, today())
