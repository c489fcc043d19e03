"""What a day leaves behind goes with the night: the codes of classes, and that cases changed which are no more."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassCode
from kiosk.accounts.windows import open_window
from kiosk.db import Databases, now_utc
from kiosk.incidents.models import CaseChange
from kiosk.incidents.seen import EVERYBODY
from kiosk.upkeep.clearing import clear_up
from tests.factories import SITE_KEY, make_class_group, make_staff


def test_codes_of_the_day_before_are_forgotten(databases: Databases, session: Session) -> None:
    now = now_utc()
    open_window(session, make_staff(session), make_class_group(session), 60, now, now.date(), ("sun",))
    session.commit()
    for day, left in ((now.date(), 1), (now.date() + timedelta(days=1), 0)):
        clear_up(databases, SITE_KEY, day)
        with databases.school.session(write=False) as school:
            assert len(school.scalars(select(ClassCode)).all()) == left


@pytest.mark.database("sqlite")
def test_a_case_that_is_no_more_is_forgotten_and_every_page_that_may_show_it_is_made_anew(
    databases: Databases, session: Session
) -> None:
    session.execute(insert(CaseChange), [{"report_id": uuid.uuid4(), "place": place} for place in (7, 8)])
    session.commit()
    for _ in range(2):  # and the second time nothing is left to do
        clear_up(databases, SITE_KEY, now_utc().date())
        with databases.school.session(write=False) as school:
            assert school.execute(select(CaseChange.report_id, CaseChange.place)).all() == [(EVERYBODY, 9)]
