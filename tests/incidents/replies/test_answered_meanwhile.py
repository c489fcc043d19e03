"""Somebody is faster than a colleague who types: what was typed stands on the page, whatever the case has become."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from kiosk.accounts.models import RoleHolder
from kiosk.incidents.models import Act, CaseOutcome, Level
from kiosk.report.replies.threads import NoReplyThread
from kiosk.storage.db import now_utc
from tests.incidents.closings import ENDED
from tests.incidents.desk import CASES, Desk
from tests.incidents.school import School
from tests.pages import Page

TYPED = "She cried for an hour, and her sister saw it all."


def test_a_debrief_is_not_lost_when_somebody_else_has_asked_a_second_reader(
    school: School, app: Flask
) -> None:
    desk = Desk(school, app)
    number = desk.opened("dsl", "stranger")
    decided: dict[str, Any] = {"told": "no", "decided_by": school.dsl.id.hex, "note": "They know."}
    assert desk.send("dsl", number, "record/parents", **decided).status_code == 302
    known = {
        "to": "police",
        "known": "No name.",
        "note": "No crime.",
        "with": "nobody",
        "again_on": "2027-01-08",
    }
    assert desk.send("dsl", number, "record/not_referred", **known).status_code == 302
    form = ENDED | {"owner": school.dsl.id.hex, "lesson": "none"}
    asked = desk.close("dsl2", number, **form)
    assert asked.status_code == 302, Page(asked.text).text
    answer = desk.close("dsl", number, **form | {"change": TYPED})
    assert answer.status_code == 409
    assert TYPED in answer.text, "the form for what was typed is not on the page"


def test_general_words_are_not_lost_when_the_case_became_severe_meanwhile(school: School, app: Flask) -> None:
    desk = Desk(school, app)
    number = desk.opened("coordinator", "bullying")
    urgent = desk.send("coordinator2", number, "level", level=Level.URGENT.value, note="There is more.")
    assert urgent.status_code == 302
    answer = desk.send("coordinator", number, "word", colleague=school.teacher.id.hex, note=TYPED)
    assert answer.status_code == 409
    assert TYPED in answer.text


def test_the_answer_to_a_complaint_is_not_lost_when_a_colleague_has_written_one_meanwhile(
    school: School, app: Flask
) -> None:
    desk = Desk(school, app)
    number = desk.opened("coordinator", "bullying")
    today = now_utc().date().isoformat()
    came = {"about": "handling", "from": "parent", "day": today, "note": "Nobody rang."}
    assert desk.send("coordinator", number, "record/complaint", **came).status_code == 302
    page = desk.page("coordinator", number, "/complaint")
    (choice,) = {
        one.attrs["value"] for one in page.all("option", "input") if len(one.attrs.get("value", "")) == 32
    }
    form = {"complaint": choice, "how": "phone", "day": today, "note": TYPED}
    assert desk.send("coordinator2", number, "complaint", **form | {"note": "I rang."}).status_code == 302
    answer = desk.send("coordinator", number, "complaint", **form)
    assert answer.status_code == 422
    assert TYPED in answer.text


def test_why_it_stays_open_is_not_lost_when_it_was_answered_meanwhile(school: School, app: Flask) -> None:
    desk = Desk(school, app)
    number = desk.opened("coordinator", "bullying")
    joke = desk.send(
        "coordinator", number, "close", outcome=CaseOutcome.NOT_SERIOUS.value, note="They laughed."
    )
    assert joke.status_code == 302
    assert desk.send("coordinator", number, "close/not-yet", note="I was wrong.").status_code == 302
    answer = desk.at("coordinator2").post(
        f"/staff/incidents/{number}/close/not-yet", data={"note": TYPED}, follow_redirects=True
    )
    assert TYPED in answer.text


@pytest.mark.parametrize(
    ("step", "form"),
    [
        ("plan", {"next_step": "day", "note": TYPED}),
        ("record/not_referred", {"known": TYPED}),
        ("close", {"change": TYPED}),
        ("word", {"note": TYPED}),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_was_typed_is_given_back_to_who_may_not_read_the_case_any_more(
    school: School, app: Flask, step: str, form: dict[str, str]
) -> None:
    desk = Desk(school, app)
    number = desk.opened("coordinator", "bullying")
    handed = desk.send("coordinator2", number, "hand", note="It is child protection.")
    assert handed.status_code == 302
    answers = [desk.send("coordinator", one, step, **form, password="hunter2") for one in (number, 4711)]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].text == answers[1].text, "it tells nobody whether there is such a case"
    assert Page(answers[0].text).value("written") == TYPED and "hunter2" not in answers[0].text


def test_a_reason_is_given_back_to_whom_a_role_was_taken_and_nothing_else_is_shown(
    school: School, app: Flask
) -> None:
    desk = Desk(school, app)
    number = desk.opened("coordinator", "bullying")
    with school.databases.school.write() as session:
        session.execute(delete(RoleHolder).where(RoleHolder.staff_id == school.coordinator.id))
    answers = [desk.send("coordinator", one, "level", level="low", note=TYPED) for one in (number, 4711)]
    assert [one.status_code for one in answers] == [403, 403]
    assert answers[0].text == answers[1].text
    page = Page(answers[0].text)
    assert page.value("written") == TYPED and page.heading == "This page is not yours to open"
    assert not desk.at("coordinator").get(f"{CASES}{number}").text.count("What you wrote")


def test_what_another_site_sends_is_not_shown_to_whom_a_role_was_taken(school: School, app: Flask) -> None:
    desk = Desk(school, app)
    number = desk.opened("coordinator", "bullying")
    with school.databases.school.write() as session:
        session.execute(delete(RoleHolder).where(RoleHolder.staff_id == school.coordinator.id))
    answer = desk.at("coordinator").post(
        f"{CASES}{number}/level", data={"note": "planted"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403 and "planted" not in answer.text


def test_an_answer_is_not_lost_when_the_pictures_end_at_that_moment(
    school: School, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(school, app)
    number = desk.opened("coordinator", "bullying", reply="yes")
    page = Page(desk.send("coordinator", number, "answer", ready="own", note=TYPED).text)
    form = {name: page.value(name) for name in ("once", "looked", "note")}

    def ended(*given: object) -> None:
        raise NoReplyThread

    monkeypatch.setattr("kiosk.incidents.replies.send.add_reply", ended)
    answer = desk.send("coordinator", number, "answer/send", **form)
    assert answer.status_code == 200, "it comes back as a form"
    assert TYPED in answer.text
    assert desk.lines(number, Act.REPLIED) == []
