"""Pages of training: my own, the lesson, the grid of those who keep the record, one person, a session."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.roles import Role
from kiosk.training.models import TrainingLine
from tests.accounts.doors import rows, staff_browser
from tests.factories import make_staff, today
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")
MINE = "/staff/training/"
LESSON = "/staff/training/child-tells"


@pytest.fixture
def staff(session: Session) -> dict[Role, StaffMember]:
    """One person a role, and a teacher."""
    roles = (Role.DSL, Role.PRINCIPAL, Role.CHAIR, Role.COORDINATOR, Role.TEACHER)
    found = {role: make_staff(session, role, name=f"Ms {role.value}") for role in roles}
    session.commit()
    return found


def browser(app: Flask, staff: dict[Role, StaffMember], role: Role) -> FlaskClient:
    return staff_browser(app, staff[role])


def written(app: Flask) -> list[TrainingLine]:
    return rows(app, select(TrainingLine).order_by(TrainingLine.day))


def sent(staff: dict[Role, StaffMember], *there: Role, **changed: str) -> dict[str, object]:
    first = {
        "once": uuid.uuid4().hex,
        "topic": "filtering",
        "day": today().isoformat(),
        "given_by": "Ms dsl",
        "talked": "same",
    }
    return {**first, "there": [staff[one].id.hex for one in there], **changed}


def test_a_teacher_goes_through_a_lesson_and_it_counts_once_the_lead_says_so(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    teacher, lead = browser(app, staff, Role.TEACHER), browser(app, staff, Role.DSL)
    assert "Nobody sees what you choose." in Page(teacher.get(MINE).text).text
    first = teacher.get(f"{LESSON}/1").text
    assert "Tell someone" not in first and "1 of 7" in Page(first).text
    page = teacher.get(f"{LESSON}/2").text
    assert "Choose one to go on" in page and f"{LESSON}/3" not in page
    chosen = teacher.get(f"{LESSON}/2?move=straight").text
    assert f"{LESSON}/3" in chosen and "He knows where he stands." in chosen
    assert written(app) == [], "what was chosen is kept nowhere"
    assert "I have been through it" in teacher.get(f"{LESSON}/7").text
    assert teacher.post(LESSON, data={"version": "1"}).status_code == 303
    assert "It counts once you have talked it over." in Page(teacher.get(MINE).text).text
    (line,) = written(app)
    person = lead.get(f"/staff/training/people/{staff[Role.TEACHER].id}")
    assert "Where is the nearest phone" in person.text
    talked = f"/staff/training/lines/{line.id}/talked"
    assert teacher.post(talked, data={"day": today().isoformat()}).status_code == 403
    before = (today() - timedelta(days=1)).isoformat()
    wrong = lead.post(talked, data={"day": before})
    assert wrong.status_code == 409 and "lie before the lesson" in Page(wrong.text).text
    assert lead.post(talked, data={"day": today().isoformat()}).status_code == 303
    assert "Talked over the same day with Ms dsl." in Page(teacher.get(MINE).text).text


def test_the_grid_names_who_is_in_date_to_those_who_keep_the_record_alone(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    lead = browser(app, staff, Role.DSL)
    assert lead.post("/staff/training/session", data=sent(staff, Role.TEACHER, Role.DSL)).status_code == 303
    page = Page(lead.get("/staff/training/everybody").text).text
    assert "1 not talked over" in page, "of the lead, who wrote it down"
    for role in (Role.TEACHER, Role.CHAIR):
        theirs = browser(app, staff, role)
        for address in ("everybody", "session", f"people/{staff[Role.DSL].id}"):
            assert theirs.get(f"{MINE}{address}").status_code == 403
        assert "Ms coordinator" not in theirs.get(MINE).text.partition("Done")[2]


def test_the_chair_gets_one_sentence_and_no_name_of_who_is_behind(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    assert "Training in date, of those who work here: none." in browser(app, staff, Role.CHAIR).get(MINE).text
    assert "Training in date" not in browser(app, staff, Role.TEACHER).get(MINE).text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"topic": ""}, "Choose a topic."),
        ({"day": "2026"}, "Write the day of the session."),
        ({"given_by": " "}, "Write who gave it, in a few words."),
        ({"there": ""}, "Tick who was there."),
    ],
)
def test_a_mistake_in_a_session_is_said_and_nothing_typed_is_lost(
    app: Flask, staff: dict[Role, StaffMember], changed: dict[str, str], message: str
) -> None:
    data = sent(staff, Role.TEACHER) | {"given_by": "Dr Filter"} | changed
    answer = browser(app, staff, Role.PRINCIPAL).post("/staff/training/session", data=data)
    assert answer.status_code == 422 and message in answer.text
    assert ("Dr Filter" in answer.text) is ("given_by" not in changed) and written(app) == []


def test_what_has_run_out_stands_on_the_first_page_of_whose_it_is(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    long_ago = sent(staff, Role.TEACHER, day=(today() - timedelta(days=400)).isoformat())
    assert browser(app, staff, Role.DSL).post("/staff/training/session", data=long_ago).status_code == 303
    teacher, principal = (
        Page(browser(app, staff, role).get("/staff/").text) for role in (Role.TEACHER, Role.PRINCIPAL)
    )
    assert teacher.link("My training") == MINE and "what you do: Was due" in teacher.text
    assert "My training" not in principal.text, "what nobody has been asked for yet waits"


def test_sent_twice_it_is_one_session_and_for_tomorrow_none(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    lead, data = browser(app, staff, Role.DSL), sent(staff, Role.TEACHER)
    assert [lead.post("/staff/training/session", data=data).status_code for _ in range(2)] == [303, 303]
    assert len(written(app)) == 1
    tomorrow = sent(staff, Role.TEACHER, day=(today() + timedelta(days=1)).isoformat())
    answer = lead.post("/staff/training/session", data=tomorrow)
    assert answer.status_code == 409 and "Write the day of the session" in answer.text


def test_there_is_no_lesson_step_or_topic_that_no_file_has(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    teacher = browser(app, staff, Role.TEACHER)
    for address in (f"{LESSON}/0", f"{LESSON}/8", f"{MINE}filtering/1", f"{MINE}nothing/1"):
        assert teacher.get(address).status_code == 404
    assert [teacher.post(f"{MINE}{one}").status_code for one in ("filtering", "nothing")] == [404, 404]
    assert teacher.post(LESSON, data={"version": "9"}).status_code == 409


def test_every_step_of_every_staff_lesson_can_be_opened_and_worked_through(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    teacher = browser(app, staff, Role.TEACHER)
    for topic, steps in (("child-tells", 7), ("own-accounts", 7)):
        for place in range(1, steps + 1):
            assert teacher.get(f"{MINE}{topic}/{place}").status_code == 200
