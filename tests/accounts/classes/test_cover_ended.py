"""A cover that is ended before the day is over: it opens nothing more, and the class's own teachers still see it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.cover import class_to_lead, covers_of, end_cover, forget_covers, take_cover
from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.audit.log import LogAct, LogEntry
from tests.accounts.doors import staff_browser
from tests.at_once import Post, press_at_once
from tests.factories import at_the_machine, make_class_group, make_pupil, make_staff
from tests.sites import site_of


@dataclass(frozen=True)
class Covered:
    """A class, its own teacher, and the colleague who covers it today."""

    group: ClassGroup
    own: StaffMember
    colleague: StaffMember

    @property
    def address(self) -> str:
        return f"/staff/classes/{self.group.id}"

    @property
    def end(self) -> str:
        return f"{self.address}/cover/{self.colleague.id}/end"


@pytest.fixture
def covered(app: Flask, session: Session) -> Covered:
    own, colleague = make_staff(session), make_staff(session, name="Mr Silva")
    group = make_class_group(session, teacher=own)
    make_pupil(session, group)
    take_cover(session, at_the_machine(), colleague, group, site_of(app).today())
    session.commit()
    return Covered(group, own, colleague)


@pytest.mark.database("sqlite")
def test_a_cover_that_was_ended_is_still_seen_by_the_classs_own_teachers(
    app: Flask, covered: Covered
) -> None:
    browser = staff_browser(app, covered.colleague)
    assert browser.get(f"{covered.address}/adjustments").status_code == 200
    browser.post(covered.end)
    assert browser.get(f"{covered.address}/adjustments").status_code == 404
    page = staff_browser(app, covered.own).get(covered.address).text
    assert "Mr Silva, until it was ended" in page
    assert "Covered today" not in page


def test_it_is_taken_again_after_it_was_ended_and_each_time_is_in_the_log(
    app: Flask, session: Session, covered: Covered
) -> None:
    colleague, group, today = covered.colleague, covered.group, site_of(app).today()
    for _ in range(2):
        take_cover(session, at_the_machine(), colleague, group, today)
        assert class_to_lead(session, colleague, group.id, today) is group
        assert end_cover(session, at_the_machine(), group, colleague.id, today)
        assert not end_cover(session, at_the_machine(), group, colleague.id, today)
        assert class_to_lead(session, colleague, group.id, today) is None
        session.expire_all()
        assert [one.ended for one in covers_of(session, group, today)] == [True]
    acts = [LogAct.COVER_TAKEN, LogAct.COVER_ENDED]
    assert session.scalars(select(LogEntry.act).order_by(LogEntry.seq)).all() == acts * 2


@pytest.mark.database("postgresql")
def test_two_end_it_at_once(app: Flask, covered: Covered) -> None:
    browsers = [staff_browser(app, one) for one in (covered.colleague, covered.own)]
    posts: list[Post] = [(browser, covered.end, {}) for browser in browsers]
    assert sorted(press_at_once(app, "class_cover", *posts)) == [303, 404]


def test_who_covered_is_seen_for_four_weeks_and_then_forgotten(
    app: Flask, session: Session, covered: Covered
) -> None:
    day = site_of(app).today()
    last = day + timedelta(days=27)
    forget_covers(session, last)
    assert [one.staff.name for one in covers_of(session, covered.group, last)] == ["Mr Silva"]
    forget_covers(session, last + timedelta(days=1))
    assert covers_of(session, covered.group, day) == []
    assert not end_cover(session, at_the_machine(), covered.group, covered.colleague.id, day)
