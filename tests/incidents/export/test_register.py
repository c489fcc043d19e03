"""The principal reads the register and counter-signs it; the chair has one of what is about grown-ups at school."""

from datetime import date, timedelta
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct, LogEntry, add_line
from kiosk.duties.keeping import keep_book
from kiosk.host.clock import CLOCK
from kiosk.incidents.export.register import counter_sign_due
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import now_utc
from tests.factories import make_staff
from tests.incidents.school import School, sync
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")
REGISTER = "/staff/incidents/register"


def opened(school: School, app: Flask, who: str, concern: str, **given: str) -> None:
    client = school.browser(app, school.people[who])
    assert client.post(f"/staff/incidents/open/{school.told(concern, **given)}").status_code == 302


def to_sign(school: School, app: Flask) -> str:
    page = Page(school.browser(app, school.principal).get(REGISTER).text)
    return " ".join(one.text for one in page.all("div") if one.attrs.get("id") == "counter-sign")


def test_the_principal_counter_signs_what_has_come_and_it_stands_in_the_log(
    school: School, app: Flask
) -> None:
    assert "Nothing new to counter-sign" in to_sign(school, app), "a week has begun"
    opened(school, app, "coordinator", "bullying")
    opened(school, app, "dsl", "friend")
    opened(school, app, "chair", "adult", head="yes")
    assert "2 lines to counter-sign" in to_sign(school, app), "not the one about the head"
    client = school.browser(app, school.principal)
    until = Page(client.get(REGISTER).text).value("until")
    for wrong in ("", "now", "2026-11-25", (CLOCK.now() + timedelta(days=1)).isoformat()):
        assert client.post(REGISTER, data={"until": wrong}).status_code == 400
    assert client.post(REGISTER, data={"until": until}).headers["Location"] == REGISTER
    assert to_sign(school, app) == ""
    assert "Last counter-signed" in client.get(REGISTER).text
    assert "Counter-signed the register of cases" in school.browser(app, school.dsl).get("/staff/log").text
    later = CLOCK.now() + timedelta(minutes=5)
    with patch.object(CLOCK, "now", lambda: later):
        opened(school, app, "coordinator", "site")
        assert "1 line to counter-sign" in to_sign(school, app)


def test_a_counter_sign_that_somebody_wrote_into_the_log_counts_as_none(school: School, app: Flask) -> None:
    opened(school, app, "coordinator", "bullying")
    with school.databases.school.write() as session:
        add_line(
            session,
            Acting(SiteKey(bytes(32)), school.principal.id, CLOCK.now()),
            LogAct.REGISTER_SIGNED,
            school.principal.id,
            {},
        )
        assert session.query(LogEntry).count()
    assert "1 line to counter-sign" in to_sign(school, app)


def test_it_says_into_which_other_log_a_case_belongs(school: School, app: Flask) -> None:
    for who, concern in (("coordinator", "bullying"), ("dsl", "friend"), ("coordinator", "site")):
        opened(school, app, who, concern)
    rows = [one.text for one in Page(school.browser(app, school.principal).get(REGISTER).text).all("tr")[1:]]
    for row, kind, log in zip(
        rows,
        ("Something bad", "Worried", "Someone was mean"),
        ("", "Child protection log", "Bullying log"),
        strict=True,
    ):
        assert kind in row and (log in row if log else " log" not in row)


def test_who_may_read_a_case_goes_from_the_register_to_whether_it_was_entered_there(
    school: School, app: Flask
) -> None:
    with school.databases.school.write() as session:
        school.people["both"] = make_staff(session, Role.DSL, Role.PRINCIPAL)
    sync(school.databases)
    opened(school, app, "dsl", "friend")
    opened(school, app, "coordinator", "bullying")
    page = Page(school.browser(app, school.people["both"]).get(REGISTER).text)
    there = page.link("Child protection log: entered, or why not")
    assert there.endswith("/1/to-do#do-protection-log") and "Bullying log: entered" not in page.text
    assert school.browser(app, school.people["both"]).get(there).status_code == 200
    plain = Page(school.browser(app, school.principal).get(REGISTER).text).text
    assert "Child protection log" in plain and "entered, or why not" not in plain


def test_a_case_about_a_grown_up_at_school_is_entered_in_no_log_that_they_may_read(
    school: School, app: Flask
) -> None:
    opened(school, app, "dsl", "adult", head="no")
    opened(school, app, "chair", "adult", head="yes")
    for who in ("principal", "chair"):
        page = Page(school.browser(app, school.people[who]).get(REGISTER).text)
        assert "A grown-up at school" in page.text and "protection log" not in page.text


def test_the_chair_has_a_register_of_what_is_about_grown_ups_and_nobody_else_has_one(
    school: School, app: Flask
) -> None:
    opened(school, app, "coordinator", "bullying")
    opened(school, app, "chair", "adult", head="yes")
    page = Page(school.browser(app, school.chair).get(REGISTER).text)
    rows = [one.text for one in page.all("tr")[1:]]
    assert len(rows) == 1 and "A grown-up at school, maybe the principal" in rows[0]
    assert "1 line to counter-sign" in page.text
    for who in ("dsl", "coordinator", "teacher", "network"):
        assert school.browser(app, school.people[who]).get(REGISTER).status_code == 403


def told_to_sign(school: School, app: Flask, who: str) -> bool:
    page = Page(school.browser(app, school.people[who]).get("/staff/").text)
    return any(one.attrs.get("id") == "register" for one in page.all("div"))


def sign(school: School, app: Flask, who: str) -> None:
    client = school.browser(app, school.people[who])
    until = Page(client.get(REGISTER).text).value("until")
    assert client.post(REGISTER, data={"until": until}).status_code == 302


def test_the_first_page_of_the_chair_says_when_it_is_time_and_that_of_the_principal_has_a_duty(
    school: School, app: Flask
) -> None:
    assert [who for who in school.people if told_to_sign(school, app, who)] == ["chair"]
    sign(school, app, "chair")
    assert not told_to_sign(school, app, "chair")
    duty = "Counter-sign the register"
    keep_book(site_of(app), ALL_SOURCES, now_utc())
    assert duty in Page(school.browser(app, school.principal).get("/staff/").text).text
    sign(school, app, "principal")
    keep_book(site_of(app), ALL_SOURCES, now_utc())
    assert duty not in Page(school.browser(app, school.principal).get("/staff/").text).text


@pytest.mark.parametrize(
    ("role", "signed", "today", "due"),
    [
        (Role.PRINCIPAL, None, date(2026, 11, 25), True),
        (Role.PRINCIPAL, date(2026, 11, 23), date(2026, 11, 29), False),
        (Role.PRINCIPAL, date(2026, 11, 22), date(2026, 11, 23), True),
        (Role.CHAIR, date(2026, 9, 1), date(2026, 11, 25), False),
        (Role.CHAIR, date(2026, 8, 31), date(2026, 11, 25), True),
        (Role.DSL, None, date(2026, 11, 25), False),
    ],
)
def test_it_is_due_each_week_for_the_principal_and_each_term_for_the_chair(
    session: Session, role: Role, signed: date | None, today: date, due: bool
) -> None:
    assert counter_sign_due(make_staff(session, role), signed, today, date(2026, 9, 1)) is due


def test_a_new_case_about_a_grown_up_changes_neither_when_the_chair_signs_nor_a_first_page(
    school: School, app: Flask
) -> None:
    sign(school, app, "chair")
    sign(school, app, "principal")
    opened(school, app, "chair", "adult", head="yes")
    assert not told_to_sign(school, app, "chair") and not told_to_sign(school, app, "principal")
    page = Page(school.browser(app, school.chair).get(REGISTER).text)
    assert "to counter-sign" not in page.text, "what the log says of it follows the term, not the case"
