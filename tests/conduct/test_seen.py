"""A child is shown a new version of the Code once, before today's work; that it was seen is no decision."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from kiosk.accounts.models import ClassWindow
from kiosk.conduct.models import CodeSeen, Decision, SignOff
from kiosk.storage.db import Databases
from tests.conduct.looking import kept, page_of, school_day
from tests.lessons.learner import Learner

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def new_here(databases: Databases, child: FlaskClient) -> FlaskClient:
    """The child has not seen any version of the Code."""
    with databases.school.write() as session:
        session.execute(delete(CodeSeen))
    return child


def seen(databases: Databases) -> list[CodeSeen]:
    with databases.school.session(write=False) as reading:
        return list(reading.scalars(select(CodeSeen)))


def where(child: FlaskClient) -> str:
    answer = child.get("/learn/lessons/")
    return answer.headers.get("Location", "here")


def test_it_comes_before_todays_work_and_begun_it_counts_as_seen_without_any_decision(
    app: Flask, new_here: FlaskClient, learner: Learner, databases: Databases
) -> None:
    assert where(new_here) == "/learn/code"
    assert page_of(new_here, "/learn/code").button("Later")
    new_here.post("/learn/code/1", data={"to": "2"})
    (row,) = seen(databases)
    assert (row.pupil_id, row.code_id, row.code_version) == (learner.pupil.id, "ks2", 1)
    assert row.seen_on == school_day(app)
    assert kept(databases) == []
    assert where(new_here) == "here"


def test_later_is_possible_keeps_nothing_and_lasts_until_the_next_sign_in(
    new_here: FlaskClient, databases: Databases
) -> None:
    new_here.post("/learn/code/later")
    assert where(new_here) == "here"
    assert seen(databases) == []


def test_nobody_is_taken_out_of_a_lesson_that_is_led(new_here: FlaskClient, databases: Databases) -> None:
    with databases.school.write() as session:
        session.execute(update(ClassWindow).values(led=True))
    assert where(new_here) != "/learn/code"


def test_telling_and_leaving_are_never_held_up(new_here: FlaskClient) -> None:
    assert page_of(new_here, "/learn/code").link("Tell someone") == "/report/ks2/en"
    assert new_here.get("/learn/leave").status_code == 200


def test_an_older_version_that_was_seen_asks_again(child: FlaskClient, databases: Databases) -> None:
    with databases.school.write() as session:
        session.execute(update(CodeSeen).values(code_version=0))
    assert where(child) == "/learn/code"


@pytest.mark.parametrize("decision", list(Decision))
def test_whatever_was_decided_about_an_older_version_the_new_one_is_shown_once(
    child: FlaskClient, databases: Databases, decision: Decision
) -> None:
    child.post("/learn/code", data={"decision": "question"})
    with databases.school.write() as session:
        session.execute(update(CodeSeen).values(code_version=0))
        session.execute(update(SignOff).values(code_version=0, decision=decision))
    assert where(child) == "/learn/code"
    assert page_of(child, "/learn/code").button("Later")
    child.post("/learn/code/1", data={"to": "2"})
    assert where(child) == "here"
    (row,) = kept(databases)
    assert (row.decision, row.code_version) == (decision, 0)
