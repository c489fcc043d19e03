"""What a day leaves behind goes with the night: the codes of classes."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.windows import OpenFor, open_window
from kiosk.accounts.models import ClassCode
from kiosk.storage.db import Databases, now_utc
from kiosk.upkeep.chores.retention import delete_expired
from tests.factories import SITE_KEY, make_class_group, make_staff


def test_codes_of_the_day_before_are_forgotten(databases: Databases, session: Session) -> None:
    now = now_utc()
    open_window(
        session, make_staff(session), make_class_group(session), OpenFor(60, now, now.date()), ("sun",)
    )
    session.commit()
    for day, left in ((now.date(), 1), (now.date() + timedelta(days=1), 0)):
        delete_expired(databases, SITE_KEY, day)
        with databases.school.session(write=False) as school:
            assert len(school.scalars(select(ClassCode)).all()) == left
