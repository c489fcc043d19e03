"""Whoever stepped aside, because it may be about them, hears nothing of what changes after it (promises S4, S9)."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import update

from kiosk.accounts.models import StaffMember
from kiosk.storage.db import now_utc
from tests.incidents.closings import ENDED, newest_asked
from tests.incidents.desk import CASES, Desk
from tests.incidents.school import School, sync
from tests.pages import Page


def decide(desk: Desk, who: str, number: int) -> None:
    person = desk.school.people[who].id.hex
    decided: dict[str, Any] = {"told": "no", "decided_by": person, "note": "They know."}
    assert desk.send(who, number, "record/parents", **decided).status_code == 302
    known = {"to": "police", "known": "No.", "note": "No crime.", "with": "nobody", "again_on": "2027-01-08"}
    assert desk.send(who, number, "record/not_referred", **known).status_code == 302


def test_a_change_is_offered_to_nobody_who_stepped_aside_from_the_case(school: School, app: Flask) -> None:
    desk = Desk(school, app)
    number = desk.opened("dsl", "stranger")
    assert desk.send("dsl2", number, "aside").status_code in (302, 303)
    if desk.at("dsl2").get(f"{CASES}{number}").status_code == 200:
        raise AssertionError("did not step aside")
    told = desk.page("dsl", number, "/word").text
    assert "Ms dsl2" not in told.replace("Ms dsl2 (", ""), "nobody tells them in general words"
    offered = [one.text for one in desk.page("dsl", number, "/close").all("option")]
    assert "Ms teacher" in offered
    assert "Ms dsl2" not in offered


def test_a_change_after_a_case_is_not_shown_to_whoever_stepped_aside(school: School, app: Flask) -> None:
    desk = Desk(school, app)
    number = desk.opened("dsl", "stranger")
    assert desk.send("dsl2", number, "aside").status_code in (302, 303)
    decide(desk, "dsl", number)
    form = ENDED | {"owner": school.dsl2.id.hex, "lesson": "none"}
    asked = desk.close("dsl", number, **form)
    if asked.status_code == 422:
        return  # it is not offered
    second = next(
        who
        for who in ("principal", "principal2", "chair")
        if desk.at(who).get(f"{CASES}{number}").status_code == 200
    )
    agreed = desk.send(second, number, "close/agree", asked=newest_asked(_session(school), number))
    assert agreed.status_code == 302
    seen = Page(desk.at("dsl2").get(f"{CASES}changes").text).text
    assert ENDED["change"] not in seen


def _session(school: School) -> Any:
    return school.databases.school.session(write=False)


def test_a_principal_who_stepped_aside_reads_nothing_of_what_changes_after_that_case(
    school: School, app: Flask
) -> None:
    """The register shows them the number alone."""
    today = now_utc().date()
    away = {"away_from": today - timedelta(days=20), "away_until": today + timedelta(days=9)}
    with school.databases.school.write() as session:
        session.execute(update(StaffMember).where(StaffMember.id == school.dsl2.id).values(**away))
    sync(school.databases)
    desk = Desk(school, app)
    number = desk.opened("dsl", "stranger")
    assert desk.at("principal").get(f"{CASES}{number}").status_code == 200, "they join while a lead is away"
    assert desk.send("principal", number, "aside").status_code == 302
    decide(desk, "dsl", number)
    form = ENDED | {"owner": school.teacher.id.hex, "lesson": "none"}
    assert desk.close("dsl", number, **form).status_code == 302
    with school.databases.school.session(write=False) as session:
        line = newest_asked(session, number)
    assert desk.send("principal2", number, "close/agree", asked=line).status_code == 302
    assert desk.at("principal").get(f"{CASES}{number}").status_code == 404
    seen = Page(desk.at("principal").get(f"{CASES}changes").text).text
    assert "A lesson for everybody" not in seen


def test_nobody_is_told_on_the_first_page_of_a_change_that_the_list_does_not_show(
    school: School, app: Flask
) -> None:
    """Of a case about the head: its owner stepped aside after it was opened again."""
    desk = Desk(school, app)
    number = desk.opened("dsl", "adult", head="yes")
    decide(desk, "dsl", number)
    asked = desk.close("dsl", number, **ENDED | {"owner": school.dsl2.id.hex})
    assert asked.status_code == 302, Page(asked.text).text
    with school.databases.school.session(write=False) as session:
        line = newest_asked(session, number)
    assert desk.send("chair", number, "close/agree", asked=line).status_code == 302
    assert "lesson" in desk.at("dsl2").get(f"{CASES}changes").text
    assert desk.send("dsl", number, "reopen", note="There is more.").status_code == 302
    assert desk.send("dsl2", number, "aside").status_code == 302
    listed = "A lesson for everybody" in desk.at("dsl2").get(f"{CASES}changes").text
    home = Page(desk.at("dsl2").get("/staff/").text).text
    assert listed or "after a debrief" not in home, "the first page says that there is one"
