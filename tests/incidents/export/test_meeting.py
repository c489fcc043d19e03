"""One page for a meeting, without a child's words and without a case about staff; and open cases by age."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.export.meeting import shred_by
from kiosk.incidents.models import Incident, IncidentEntry
from kiosk.incidents.queue.filters import Age, age_of
from kiosk.report.models import Report, ReportReader
from kiosk.storage.db import now_utc
from tests.incidents.closings import close_case
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

MEETING = "/staff/incidents/meeting"
SAID = "He writes to me at night"


def case(school: School, app: Flask, by: str, concern: str, **given: Any) -> int:
    """The number of a case that somebody opened."""
    browser = school.browser(app, school.people[by])
    answer = browser.post(f"/staff/incidents/open/{school.told(concern, **given)}")
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def page(school: School, app: Flask, who: str, numbers: list[int], purpose: str = "team") -> Page:
    chosen = "&".join(f"case={number}" for number in numbers)
    return Page(
        school.browser(app, school.people[who]).get(f"{MEETING}?make=yes&purpose={purpose}&{chosen}").text
    )


def task(school: School, app: Flask, number: int, by: str, what: str) -> None:
    due_on = (now_utc() + timedelta(days=2)).date().isoformat()
    form = {"note": what, "owner": school.people[by].id.hex, "due_on": due_on}
    address = f"/staff/incidents/{number}/tasks"
    assert school.browser(app, school.people[by]).post(address, data=form).status_code == 302


def test_the_page_says_what_was_done_by_kind_and_what_is_to_do_and_no_word_of_a_child_or_note(
    school: School, app: Flask
) -> None:
    number = case(school, app, "dsl", "stranger", words=SAID)
    note = {"note": "Rang her aunt."}
    school.browser(app, school.dsl).post(f"/staff/incidents/{number}/record/did", data=note)
    task(school, app, number, "dsl", "Ask the provider")
    text = page(school, app, "dsl", [number]).text
    assert f"Case {number:04}. Someone met online" in text
    assert "Ms dsl. Next step by" in text
    assert "Done so far: Step recorded, Something to do given" in text
    assert "Ask the provider" in text and "Shred it by" in text and "Printed by Ms dsl on" in text
    assert "Team meeting" in text
    assert SAID not in text and "aunt" not in text


def test_governors_get_no_page_of_cases(school: School, app: Flask) -> None:
    """They have the figures of a term, in bands; a page of cases would be counted beside them (promise A12)."""
    number = case(school, app, "dsl", "stranger")
    text = page(school, app, "dsl", [number], "governors").text
    assert "Choose what the page is for." in text and "Governors" not in text


def test_only_what_was_ticked_is_on_it(school: School, app: Flask) -> None:
    first, second = (case(school, app, "dsl", "stranger") for _ in range(2))
    text = page(school, app, "dsl", [second]).text
    assert f"{second:04}" in text and f"{first:04}" not in text


def test_a_case_of_others_is_neither_offered_nor_printed_and_looks_like_none(
    school: School, app: Flask
) -> None:
    mine, theirs = case(school, app, "dsl", "stranger"), case(school, app, "coordinator", "bullying")
    browser = school.browser(app, school.dsl)
    assert f"{theirs:04}" not in browser.get(MEETING).text
    assert f"{theirs:04}" not in page(school, app, "dsl", [mine, theirs]).text
    alone, nothing = (
        browser.get(f"{MEETING}?make=yes&purpose=team&case={number}") for number in (theirs, 4711)
    )
    assert alone.status_code == nothing.status_code == 422
    assert alone.text == nothing.text


@pytest.mark.parametrize("purpose", ["team", "supervision"])
def test_a_case_about_somebody_who_works_here_is_on_no_paper_even_for_its_readers(
    school: School, app: Flask, purpose: str
) -> None:
    mine = case(school, app, "dsl", "stranger")
    hidden = case(school, app, "dsl", "adult", head="yes")
    assert f"{hidden:04}" not in school.browser(app, school.dsl).get(MEETING).text
    assert f"{hidden:04}" not in page(school, app, "dsl", [mine, hidden], purpose).text
    with school.databases.reports.write() as reports:  # its row says by hand that it is about something else
        with school.databases.school.session(write=False) as session:
            report_id = session.scalars(select(Incident.report_id).where(Incident.number == hidden)).one()
        reports.execute(update(Report).where(Report.id == report_id).values(route="stranger"))
    assert f"{hidden:04}" not in page(school, app, "dsl", [mine, hidden], purpose).text


@pytest.mark.parametrize("what", ["report", "key"])
def test_one_that_cannot_be_opened_keeps_no_other_from_the_page_and_is_named_beside_it(
    school: School, app: Flask, what: str
) -> None:
    whole, broken = (case(school, app, "dsl", "stranger") for _ in range(2))
    with school.databases.school.session(write=False) as session:
        report_id = session.scalars(select(Incident.report_id).where(Incident.number == broken)).one()
    with school.databases.reports.write() as reports:
        if what == "report":
            reports.execute(update(Report).where(Report.id == report_id).values(envelope=bytes(200)))
        else:
            reports.execute(
                update(ReportReader).where(ReportReader.report_id == report_id).values(wrapped=bytes(200))
            )
    shown = page(school, app, "dsl", [whole, broken])
    paper = shown.all("section")[0]
    assert f"Case {whole:04}" in paper.text and f"{broken:04}" not in paper.text
    assert shown.link(f"Case {broken:04}") == f"/staff/incidents/{broken}"


def test_that_somebody_stepped_aside_is_not_on_it(school: School, app: Flask) -> None:
    number = case(school, app, "dsl", "stranger")
    school.browser(app, school.dsl2).post(f"/staff/incidents/{number}/aside")
    text = page(school, app, "dsl", [number]).text
    assert f"Case {number:04}" in text and "aside" not in text


def test_a_closed_case_is_not_on_it(school: School, app: Flask) -> None:
    number = case(school, app, "coordinator", "bullying")
    ended = {"outcome": "resolved", "note": "Quiet."}
    close_case(school.browser(app, school.coordinator), f"/staff/incidents/{number}", ended)
    assert "No open case can go on it" in school.browser(app, school.coordinator).get(MEETING).text


@pytest.mark.parametrize(
    ("asked", "field"),
    [("purpose=team", "cases"), ("case=1", "purpose"), ("purpose=gossip&case=1", "purpose")],
)
def test_what_is_missing_is_said_beside_it_and_what_was_ticked_stays(
    school: School, app: Flask, asked: str, field: str
) -> None:
    case(school, app, "dsl", "stranger")
    answer = school.browser(app, school.dsl).get(f"{MEETING}?make=yes&{asked}")
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    ticked = [one for one in Page(answer.text).all("input") if "checked" in one.attrs]
    assert len(ticked) == 1


def test_printing_changes_nothing(school: School, app: Flask) -> None:
    number = case(school, app, "dsl", "stranger")

    def lines() -> int:
        with school.databases.school.session(write=False) as session:
            return len(session.scalars(select(IncidentEntry.id)).all())

    before = lines()
    assert f"{number:04}" in page(school, app, "dsl", [number]).text
    assert lines() == before


def test_it_is_shredded_by_the_next_school_day_but_four(calendar: SchoolCalendar) -> None:
    assert shred_by(calendar, date(2026, 11, 25)) == date(2026, 12, 2), "from a Wednesday to a Wednesday"
    assert shred_by(calendar, date(2026, 11, 28)) == date(2026, 12, 4), "from a Saturday to a Friday"


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, Age.WEEK), (2, Age.WEEK), (3, Age.TWO_WEEKS), (14, Age.TWO_WEEKS),
     (15, Age.MONTH), (31, Age.MONTH), (32, Age.LONGER), (400, Age.LONGER)],
)  # fmt: skip
def test_a_case_is_of_this_week_from_monday_on_and_then_of_two_weeks_a_month_or_longer(
    calendar: SchoolCalendar, days: int, age: Age
) -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
    assert age_of(now - timedelta(days=days), calendar, now) is age


def test_open_cases_are_counted_by_age_of_those_that_one_may_read_and_each_figure_shows_them(
    school: School, app: Flask
) -> None:
    new, old = (case(school, app, "dsl", "stranger") for _ in range(2))
    case(school, app, "coordinator", "bullying")
    with school.databases.school.write() as session:
        long_ago = now_utc() - timedelta(days=90)
        session.execute(update(Incident).where(Incident.number == old).values(opened_at=long_ago))
    shown = Page(school.browser(app, school.dsl).get("/staff/incidents/").text)
    assert "This week1 case" in shown.text and "Longer ago1 case" in shown.text
    assert "Before that, in the last monthNone" in shown.text
    links = [one.attrs["href"] for one in shown.all("a") if "age=" in one.attrs.get("href", "")]
    assert links == [f"/staff/incidents/?show=all&age={age}" for age in ("week", "longer")]
    filtered = Page(school.browser(app, school.dsl).get(links[1]).text).text
    assert f"Case {old:04}" in filtered and f"Case {new:04}" not in filtered
    closed = school.browser(app, school.dsl).get("/staff/incidents/?show=closed&age=longer").text
    assert "Nothing fits" in closed
