"""A row says age group, answer wanted and two things that were tapped, never a word; it is no reading (promise A13)."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.incidents.case.assignment import staff_availability
from kiosk.incidents.models import Incident, IncidentEntry
from kiosk.incidents.queue.facts import Facts, facts_of
from kiosk.incidents.queue.page import Queue
from kiosk.incidents.queue.queue import PAGE, queue_page
from kiosk.mail.outbox import OutboxRow
from kiosk.report.models import Report, ReportReader
from kiosk.sealing.envelope import unwrap, wrap
from kiosk.storage.db import now_utc
from kiosk.web.sessions import KEY_IDLE
from tests.accounts.doors import staff_browser
from tests.factories import secret_of
from tests.incidents.answering import PLAIN, send
from tests.incidents.desk import Desk
from tests.incidents.queue.test_queue_price import open_many, statements
from tests.incidents.queue_rows import all_rows
from tests.incidents.school import School
from tests.incidents.verbs import acting
from tests.pages import Page

QUEUE = "/staff/incidents/"
MORNING = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)  # a Tuesday in school hours


def look(school: School, person: StaffMember, now: datetime | None = None) -> Queue:
    """The queue of somebody whose key is open."""
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        return queue_page(acting(school.calendar, person, now or now_utc(), session, reports), school.key)


def facts(school: School, person: StaffMember, *ids: uuid.UUID) -> dict[uuid.UUID, Facts]:
    """What this person's key opens of these reports."""
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        there = staff_availability(session, reports, (), now_utc().date())
        return facts_of(acting(school.calendar, person, now_utc(), session, reports), there, ids)


def rows_of_page(html: str) -> list[str]:
    """Each row of the list, in words."""
    return [one.text for one in Page(html).all("td") if "queue__about" in one.attrs.get("class", "")]


def spoil(school: School, report_id: uuid.UUID) -> None:
    """Somebody changes the sealed text in the database."""
    with school.databases.reports.write() as reports:
        reports.execute(update(Report).where(Report.id == report_id).values(envelope=b"spoilt" * 200))


def mails(school: School) -> list[tuple[uuid.UUID, str]]:
    """To whom which mail waits to be sent."""
    with school.databases.reports.session(write=False) as reports:
        return sorted((row.report_id, row.address) for row in reports.scalars(select(OutboxRow)))


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("told", "says"),
    [
        (
            {"concern": "bullying", "follow": ["repeat", "threat"], "again": "yes", "reply": "yes"},
            "Threats, more than once Years 7 to 9 Answer wanted",
        ),
        ({"concern": "bullying", "follow": "unsure", "where": "game"}, "In a game Years 7 to 9"),
        ({"concern": "friend", "band": Band.KS4, "again": "yes"}, "Still going on Years 10 to 13"),
        ({"concern": "bullying", "band": Band.KS1, "feeling": "scared"}, "Scared Reception to Year 2"),
        ({"concern": "other", "again": "no", "where": "unsure"}, "Coordinator Years 7 to 9"),
    ],
)
def test_a_row_says_age_group_answer_wanted_and_two_things_that_were_tapped(
    school: School, app: Flask, told: dict[str, Any], says: str
) -> None:
    school.told(**told)
    who = school.dsl if told["concern"] == "friend" else school.coordinator
    (row,) = rows_of_page(school.browser(app, who).get(QUEUE).text)
    assert says in row.replace("e-Safety Coordinator", "Coordinator")


@pytest.mark.database("sqlite")
def test_no_word_no_name_and_no_address_stands_in_a_list(school: School, app: Flask) -> None:
    """Not what was typed, nor whom the child ticked; also in red, and on the first page."""
    typed = {"words": "the red bicycle", "name": "Samira", "address": "bad.example"}
    school.told("site", again="yes", **typed)
    school.told("friend", danger="yes", exclude=school.principal.id.hex, **typed)
    for who in (school.coordinator, school.dsl, school.chair):
        browser = school.browser(app, who)
        for address in (QUEUE, f"{QUEUE}?show=all", "/staff/"):
            page = browser.get(address).text
            assert not [one for one in ("bicycle", "Samira", "bad.example") if one in page]


@pytest.mark.database("sqlite")
def test_listing_is_no_reading_and_leaves_no_line(desk: Desk) -> None:
    number = desk.opened("dsl", "friend", again="yes")
    desk.school.told("friend", again="yes")

    def lines() -> tuple[int | None, ...]:
        with desk.school.databases.school.session(write=False) as session:
            return tuple(
                session.scalar(select(func.count()).select_from(of)) for of in (Incident, IncidentEntry)
            )

    before = lines()
    page = desk.queue("dsl2")
    assert page.text.count("till going on") == 2, "the control: both were opened for what they say"
    assert (f"Case {number:04}" in page.text, lines()) == (True, before)


@pytest.mark.database("sqlite")
def test_a_child_who_has_had_an_answer_is_not_said_to_wait_for_one(desk: Desk) -> None:
    number = desk.opened("dsl", "friend", reply="yes")
    assert "Answer wanted" in desk.queue("dsl").text
    assert send(desk.at("dsl"), f"{QUEUE}{number}", PLAIN).status_code in {302, 303}
    assert "Answer wanted" not in desk.queue("dsl").text


@pytest.mark.database("sqlite")
def test_with_the_key_put_away_the_list_is_there_and_says_none_of_it(school: School, app: Flask) -> None:
    school.told("bullying", again="yes", reply="yes")
    school.told("friend", danger="yes", again="yes")
    idle = KEY_IDLE + timedelta(minutes=1)
    page = Page(staff_browser(app, school.dsl, idle=idle).get(f"{QUEUE}?show=all").text)
    assert "Nobody has opened it" in page.text
    assert not [one for one in ("going on", "Years", "Answer wanted", "ring Ms") if one in page.text]


def test_the_rows_of_a_page_are_opened_by_one_query_and_no_more_of_them_than_a_page_has(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bytes] = []

    def note(report_id: uuid.UUID, wrapped: bytes, private_key: bytes) -> bytes:
        opened.append(wrapped)
        return unwrap(report_id, wrapped, private_key)

    monkeypatch.setattr("kiosk.incidents.queue.facts.unwrap", note)
    engines = [school.databases.school.engine, school.databases.reports.engine]
    found = []
    for count in (1, 20):
        open_many(school, school.dsl, count)
        for _ in range(count):
            school.told("images")
        opened.clear()
        sent = [one for one, _ in statements(engines, lambda: look(school, school.dsl))]
        assert sum("envelope" in one for one in sent) == 1
        found.append((len(sent), len(opened)))
    (few, rows), (many, most) = found
    assert (few, rows, most) == (many, 2, PAGE)


@pytest.mark.database("sqlite")
def test_a_row_that_cannot_be_opened_says_so_stays_and_tells_whoever_else_may_once(desk: Desk) -> None:
    school = desk.school
    _, spoilt = school.told("friend", again="yes"), school.told("adult", head="yes")
    with school.databases.reports.write() as reports:
        reports.execute(delete(OutboxRow))  # all mail so far has been sent
    spoil(school, spoilt)
    for _ in range(3):
        page = desk.queue("dsl")
        assert page.text.count("Your key does not open it now") == 1
    assert "Still going on" in page.text
    new = mails(school)
    assert new == [(spoilt, f"{who}@school.example") for who in ("chair2", "chair", "dsl2")], (
        "and no principal"
    )
    desk.queue("chair")
    assert mails(school) == new, "who comes next finds that it was told"


def test_who_may_not_read_what_the_sealed_text_says_gets_no_fact_of_it(school: School) -> None:
    """The attack: a reader of another route gives somebody the key of a case, and changes its row by hand."""
    told = school.told("adult", head="yes", again="yes")
    with school.databases.reports.write() as reports:
        held = reports.get_one(ReportReader, (told, school.dsl.id))
        case_key = unwrap(told, held.wrapped, secret_of(school.dsl.id).private_key)
        public = secret_of(school.principal.id).public_key
        reports.add(
            ReportReader(
                report_id=told,
                reader_id=school.principal.id,
                key_mark=held.key_mark,
                wrapped=wrap(told, case_key, public),
            )
        )
        reports.execute(update(Report).where(Report.id == told).values(route="adult"))
    assert facts(school, school.dsl, told)[told].tapped == ("danger.no", "again.yes")
    assert facts(school, school.principal, told) == {}
    assert not any(row.facts for row in all_rows(look(school, school.principal)))


def test_a_test_that_kiosk_sent_itself_has_no_facts(school: School) -> None:
    told = school.tell("friend", is_self_test=True)
    school.merge(now_utc())
    assert facts(school, school.dsl, told) == {}
