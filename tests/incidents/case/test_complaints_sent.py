"""The forms of a complaint as people send them: twice, once more with other words, or with a day that cannot be."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kiosk.incidents.models import Act
from kiosk.storage.db import now_utc
from tests.incidents.desk import Desk
from tests.incidents.school import School
from tests.pages import Page

TODAY = now_utc().date()
CAME = {"about": "handling", "from": "parent", "day": TODAY.isoformat(), "note": "Nobody rang."}


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    return Desk(school, app)


def answer(desk: Desk, number: int, day: str) -> TestResponse:
    page = desk.page("coordinator", number, "/complaint")
    (choice,) = {one.attrs["value"] for one in page.inputs("complaint")}
    form = {"complaint": choice, "how": "phone", "day": day, "note": "I rang."}
    return desk.send("coordinator", number, "complaint", **form)


def test_a_complaint_that_is_sent_twice_has_one_clock(desk: Desk) -> None:
    """Else the case cannot be closed before somebody has written down an answer to something that never came."""
    number = desk.opened("coordinator", "bullying")
    for who in ("coordinator", "coordinator", "coordinator2"):
        assert desk.send(who, number, "record/complaint", **CAME).status_code == 302
    assert len(desk.lines(number, Act.COMPLAINT)) == 1


@pytest.mark.parametrize(
    "other", [{"note": "Nobody rang back."}, {"from": "pupil"}, {"about": "data"}, {"day": "2026-01-05"}]
)
def test_another_complaint_has_a_clock_of_its_own(desk: Desk, other: dict[str, str]) -> None:
    number = desk.opened("coordinator", "bullying")
    for form in (CAME, CAME | other):
        assert desk.send("coordinator", number, "record/complaint", **form).status_code == 302
    assert len(desk.lines(number, Act.COMPLAINT)) == 2


def test_the_same_that_comes_again_after_its_answer_is_another_one(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "record/complaint", **CAME)
    assert answer(desk, number, TODAY.isoformat()).status_code == 302
    desk.send("coordinator", number, "record/complaint", **CAME)
    assert len(desk.lines(number, Act.COMPLAINT)) == 2


def test_a_complaint_is_not_answered_before_it_came(desk: Desk) -> None:
    """Else a late answer is written down as one in time, by whoever was late."""
    number = desk.opened("coordinator", "bullying")
    came_on = TODAY - timedelta(days=2)
    desk.send("coordinator", number, "record/complaint", **CAME | {"day": came_on.isoformat()})
    refused = answer(desk, number, (came_on - timedelta(days=1)).isoformat())
    assert refused.status_code == 422
    page = Page(refused.text)
    assert "The complaint came in after that day." in page.text and page.value("note") == "I rang."
    assert answer(desk, number, came_on.isoformat()).status_code == 302
