"""A second reader is somebody else, who agrees to what they saw; rows of the database cannot say otherwise."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.incidents.case_log.entries import Note, add_entry, as_note
from kiosk.incidents.learning.follow_ups import MOST_SHOWN
from kiosk.incidents.models import Act, CaseOutcome, Incident, Level, PlannedChange
from kiosk.sealing.envelope import new_case_key
from kiosk.storage.db import now_utc
from tests.incidents.closing.test_close import NOT_SERIOUS, Case
from tests.incidents.school import School


@pytest.fixture
def danger(school: School, app: Flask) -> Case:
    """Somebody is in danger, opened by the safeguarding lead, who asks to close it as not meant seriously."""
    case = Case(school, app, "dsl", "other", danger="yes")
    assert case.ask("dsl", **NOT_SERIOUS) == 302
    return case


def write(school: School, *statements: Any) -> None:
    """What somebody with the database writes."""
    with school.databases.school.write() as session:
        for one in statements:
            session.execute(one)


def test_whoever_asked_does_not_agree_by_a_line_in_the_name_of_somebody_else(
    danger: Case, school: School
) -> None:
    """It is put there by hand: nobody without the key of the case can seal it, so it asks for nothing."""
    with school.databases.school.write() as session:
        incident = session.scalars(select(Incident)).one()
        note = as_note([("outcome", "not_serious"), ("note", "Silly.")])
        add_entry(session, incident, school.dsl2.id, Act.CLOSE_ASKED, now_utc(), Note(note, new_case_key()))
    assert danger.agree("dsl") == 302
    assert danger.outcome() is None


def test_a_second_reader_agrees_to_what_they_were_shown_and_to_nothing_that_was_asked_since(
    danger: Case,
) -> None:
    page = danger.at("dsl2").get(f"{danger.address}/close").text
    found = re.search(r'name="asked" value="(\w+)"', page)
    assert found and "silly" in page
    assert danger.send("dsl", "close/not-yet", {"note": "I take it back."}) == 302
    danger.decide("dsl")
    assert danger.ask("dsl", change="Everybody may bring a phone.") == 302
    for stale in ({"asked": found[1]}, {"asked": ""}, {}):
        assert danger.send("dsl2", "close/agree", stale) == 302
        assert danger.outcome() is None, stale
    assert danger.agree("dsl2") == 302
    assert danger.outcome() is CaseOutcome.RESOLVED


@pytest.mark.parametrize("route", ["nothing", "bullying"])
def test_a_row_that_calls_severe_pictures_something_else_lets_nobody_close_them_alone(
    school: School, app: Flask, route: str
) -> None:
    case = Case(school, app, "dsl", "images")
    write(school, update(Incident).values(route=route, level=Level.ROUTINE))
    case.ask("dsl", **NOT_SERIOUS)
    assert case.outcome() is None
    case.send("dsl", "close/not-yet", {"note": "I take it back."})
    case.ask("dsl")
    assert case.outcome() is None


def test_nobody_lowers_what_a_colleague_called_urgent_and_closes_it_alone(school: School, app: Flask) -> None:
    case = Case(school, app, "coordinator", "bullying")
    assert case.send("coordinator", "level", {"level": "urgent", "note": "He was hurt."}) == 302
    assert case.send("coordinator2", "level", {"level": "routine", "note": "It is nothing."}) == 302
    over = {"outcome": "resolved", "note": "Nothing to do.", "learn": "nothing"}
    case.decide("coordinator2")
    assert case.send("coordinator2", "close", over) == 302
    assert case.outcome() is None
    assert case.agree("coordinator") == 302
    assert case.outcome() is CaseOutcome.RESOLVED


def test_changes_that_somebody_may_not_know_of_push_none_of_the_others_from_the_page(
    danger: Case, school: School, app: Flask
) -> None:
    head = Case(school, app, "chair", "adult", head="yes")
    with school.databases.school.write() as session:
        cases = {one.route: one for one in session.scalars(select(Incident))}
        for route, due, count in (("head", 1, MOST_SHOWN), ("danger", 2, 1)):
            session.add_all(
                PlannedChange(
                    incident_id=cases[route].id, what=f"After {route}.", owner_id=school.chair.id,
                    due_on=date(2026, 12, due),
                )
                for _ in range(count)
            )  # fmt: skip
    assert "After head." in head.at("chair").get("/staff/incidents/changes").text
    shown = danger.at("principal").get("/staff/incidents/changes").text
    assert "After danger." in shown and "After head." not in shown
