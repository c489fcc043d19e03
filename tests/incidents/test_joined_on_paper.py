"""What leaves kiosk on paper or as a file names no other case: who reads it may not know of that one (promise Q10)."""

import pytest
from flask import Flask

from kiosk.incidents.models import Act
from tests.incidents.desk import Desk
from tests.incidents.filed import Filer, at_work, file_of
from tests.incidents.joining import join, joined
from tests.incidents.school import School
from tests.pages import Page

__all__ = ["at_work"]
pytestmark = pytest.mark.database("sqlite")


def test_a_file_names_no_other_case_that_it_was_joined_or_linked_with(at_work: School, app: Flask) -> None:
    desk = Desk(at_work, app)
    follower, leading = joined(desk, "dsl", "stranger")
    desk.send("dsl", follower, "link", number=str(leading))
    desk.send("dsl", follower, "part", note="Another bus.")
    assert all(desk.lines(follower, act) for act in (Act.MERGED, Act.LINKED, Act.PARTED)), "the control"
    filer = Filer(desk.at("dsl"), f"/staff/incidents/{follower}")
    lines = file_of(filer.client, filer.whole())[1]["log"]
    assert {one["act"] for one in lines} == {"opened"}
    assert f"{leading:04}" not in str(lines)


def test_a_page_for_a_meeting_does_not_say_that_cases_were_joined(school: School, app: Flask) -> None:
    desk = Desk(school, app)
    follower, leading = (desk.opened("coordinator", "bullying") for _ in range(2))
    desk.send("coordinator", follower, "record/did", note="Rang his aunt.")
    join(desk, "coordinator", follower, leading)
    desk.send("coordinator", follower, "part", note="Another bus.")
    desk.page("coordinator", follower)  # shows what was said on the way
    asked = {"make": "yes", "purpose": "team", "case": [follower, leading]}
    text = Page(desk.at("coordinator").get("/staff/incidents/meeting", query_string=asked).text).text
    assert "Action recorded" in text, "the control"
    assert "Joined" not in text and "Parted" not in text
