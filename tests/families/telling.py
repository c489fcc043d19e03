"""What families said and were told, in a school of a test's own."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import now_utc
from kiosk.told.family_notices import Telling, approval_key, publish
from tests.sites import site_of

SAID = {
    "came_from": "letters",
    "heard": "five",
    "answer": "did",
    "said": "The letter came only in English.",
    "words": "It now comes in Polish too.",
}


def told(app: Flask, session: Session, key: SiteKey, id: str, version: int, days_ago: int) -> None:
    """Families were told a version so many days ago."""
    site = site_of(app)
    notice = site.family_notices[id, "en"]
    day = site.today() - timedelta(days=days_ago)
    one = Telling(Acting(key, None, now_utc()), day, notice.versions[version].digest, {approval_key(notice)})
    publish(session, notice, one, version)
