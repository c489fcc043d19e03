"""The third low worry of one kind is marked: by route and tag alone, of what the person who looks may read."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from kiosk.host.clock import CLOCK
from kiosk.incidents.case.tags import COUNTED_DAYS
from kiosk.incidents.models import CaseTag, Incident, Level, RiskTag
from tests.incidents.desk import Desk, part, rows_of

MARK = "Third worry of this kind since"
NOON = time(12)


def tagged(desk: Desk, *tags: str, who: str = "coordinator", concern: str = "bullying", **given: Any) -> int:
    """A case that somebody opened and tagged."""
    number = desk.opened(who, concern, **given)
    assert desk.send(who, number, "tags", tag=list(tags)).status_code == 302
    return number


def marked(desk: Desk, who: str = "coordinator", show: str = "all") -> int:
    """How many rows of somebody's queue have the mark."""
    return sum("of this kind since" in row for row in rows_of(desk.queue(who, show)))


def days_ago(desk: Desk, days: int, hour: time = NOON) -> datetime:
    """A moment of the school's day so many days ago."""
    zone = desk.school.calendar.zone
    day = CLOCK.now().astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(day, hour, zone)


def test_the_third_with_one_tag_in_common_marks_all_three(desk: Desk) -> None:
    numbers = [tagged(desk, "conduct"), tagged(desk, "conduct", "contact")]
    assert marked(desk) == 0 and MARK not in desk.page("coordinator", numbers[0]).text
    numbers.append(tagged(desk, "contact", "conduct"))
    assert marked(desk) == 3
    for number in numbers:
        note = part(desk.page("coordinator", number), "third-worry")
        assert MARK in note and "called “Conduct”" in note
        for other in numbers:
            assert (f"Case {other:04}" in note) == (other != number)


@pytest.mark.database("sqlite")
def test_it_says_the_day_on_which_staff_opened_the_first_and_nothing_of_when_children_told(
    desk: Desk,
) -> None:
    numbers = [tagged(desk, "conduct") for _ in range(3)]
    desk.opened_on(numbers[1], days_ago(desk, 30))
    day = days_ago(desk, 30)
    said = f"{MARK} {day:%A} {day.day} {day:%B}"
    assert [said in row for row in rows_of(desk.queue("coordinator"))] == [True] * 3
    assert said in part(desk.page("coordinator", numbers[0]), "third-worry")


@pytest.mark.database("sqlite")
def test_a_fourth_is_counted_too(desk: Desk) -> None:
    numbers = [tagged(desk, "conduct") for _ in range(4)]
    assert marked(desk) == 4
    assert "4 worries of this kind since" in part(desk.page("coordinator", numbers[0]), "third-worry")


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("other", ["another tag", "another route", "urgent", "untagged", "too old"])
def test_what_is_not_of_the_same_kind_is_not_counted(desk: Desk, other: str) -> None:
    for _ in range(2):
        tagged(desk, "conduct")
    if other == "untagged":
        desk.opened("coordinator", "bullying")
        assert marked(desk) == 0
        return
    tag, concern = "content" if other == "another tag" else "conduct", "bullying"
    number = tagged(desk, tag, concern="scam" if other == "another route" else concern)
    if other == "urgent":
        desk.send("coordinator", number, "level", level="urgent", note="It goes on.")
    elif other == "too old":
        desk.opened_on(number, days_ago(desk, COUNTED_DAYS + 1, time(23, 59)))
    assert marked(desk) == 0


def test_the_last_day_that_counts_is_a_whole_day_of_the_school(desk: Desk) -> None:
    numbers = [tagged(desk, "conduct") for _ in range(3)]
    desk.opened_on(numbers[0], days_ago(desk, COUNTED_DAYS, time(0, 0)))
    assert marked(desk) == 3
    desk.opened_on(numbers[0], days_ago(desk, COUNTED_DAYS, time(0, 0)) - timedelta(minutes=1))
    assert marked(desk) == 0


@pytest.mark.database("sqlite")
def test_a_closed_one_counts_and_is_marked_where_it_is_listed(desk: Desk) -> None:
    numbers = [tagged(desk, "conduct") for _ in range(3)]
    assert desk.close("coordinator", numbers[0], outcome="resolved", note="Over.").status_code == 302
    assert (marked(desk), marked(desk, show="closed")) == (2, 1)
    assert MARK in part(desk.page("coordinator", numbers[0]), "third-worry")


def test_only_what_the_person_who_looks_may_read_is_counted_and_named(desk: Desk) -> None:
    numbers = [tagged(desk, "conduct") for _ in range(3)]
    assert marked(desk, "coordinator2") == 3
    desk.send("coordinator2", numbers[0], "aside")
    assert marked(desk, "coordinator2") == 0, "for who stepped aside from one there are two"
    page = desk.page("coordinator2", numbers[1])
    assert "of this kind since" not in page.text and f"{numbers[0]:04}" not in page.text
    assert marked(desk, "coordinator") == 3


@pytest.mark.database("sqlite")
def test_a_case_about_staff_is_counted_by_no_row_that_somebody_writes(desk: Desk) -> None:
    numbers = [desk.opened("principal", "adult", head="no") for _ in range(3)]
    with desk.school.databases.school.write() as session:
        for incident in session.query(Incident).all():
            incident.level = Level.SOON
            session.add(CaseTag(incident_id=incident.id, tag=RiskTag.CONDUCT))
    assert marked(desk, "principal") == 0
    assert "of this kind since" not in desk.page("principal", numbers[0]).text


@pytest.mark.database("sqlite")
def test_the_mark_costs_the_same_however_many_cases_have_tags(desk: Desk) -> None:
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    def price(below: str) -> int:
        desk.at("coordinator").get(f"/staff/incidents/{below}")  # the reading is written down already
        asked.clear()
        assert desk.at("coordinator").get(f"/staff/incidents/{below}").status_code == 200
        return len([one for one in asked if one.startswith("SELECT")])

    for database in (desk.school.databases.school, desk.school.databases.reports):
        event.listen(database.engine, "before_cursor_execute", note)
    first = tagged(desk, "conduct")
    before = [price(""), price(str(first))]
    for number in [tagged(desk, "conduct", "contact") for _ in range(8)][:3]:
        desk.close("coordinator", number, outcome="resolved", note="Over.")
    assert (marked(desk), marked(desk, show="closed")) == (6, 3), "the control"
    assert [price(""), price(str(first))] == before
