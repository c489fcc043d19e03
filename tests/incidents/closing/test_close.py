"""What is severe is closed by two people, with a debrief; nobody alone calls anything not meant seriously."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry, PlannedChange
from tests.incidents.closings import CHOSEN, ENDED, newest_asked
from tests.incidents.school import School
from tests.pages import Page

# What a page says does not hang on the kind of database; the verbs behind it are used on both elsewhere.
pytestmark = pytest.mark.database("sqlite")

NOT_SERIOUS = {"outcome": "not_serious", "note": "silly"}
DECIDED = {
    "record/parents": {"told": "no", "decided_by": "outside", "note": "The police asked us to wait."},
    "record/referred": {"to": "police", "day": "2026-11-25"},
    "done": CHOSEN,
}


class Case:
    """A case at its readers' browsers."""

    def __init__(self, school: School, app: Flask, by: str, concern: str, **given: Any) -> None:
        self.school, self.app = school, app
        report_id = school.told(concern, **given)
        answer = self.at(by).post(f"/staff/incidents/open/{report_id}")
        self.address = answer.headers["Location"]

    def at(self, who: str) -> FlaskClient:
        return self.school.browser(self.app, self.school.people[who])

    def send(self, who: str, step: str, form: dict[str, str]) -> int:
        return self.at(who).post(f"{self.address}/{step}", data=form).status_code

    def decide(self, who: str) -> None:
        assert [self.send(who, step, form) for step, form in DECIDED.items()] == [302] * 3

    def ask(self, who: str, **changed: str) -> int:
        return self.send(who, "close", ENDED | {"owner": self.school.people[who].id.hex} | changed)

    def agree(self, who: str) -> int:
        """Agree to what was asked last, as a page that was opened just now does."""
        with self.school.databases.school.session(write=False) as session:
            form = {"asked": newest_asked(session, int(self.address.rsplit("/", 1)[1]))}
        return self.send(who, "close/agree", form)

    def outcome(self) -> CaseOutcome | None:
        with self.school.databases.school.session(write=False) as session:
            return session.scalars(select(Incident.outcome)).one()

    def acts(self) -> list[Act]:
        with self.school.databases.school.session(write=False) as session:
            return list(session.scalars(select(IncidentEntry.act).order_by(IncidentEntry.seq)))


@pytest.fixture
def danger(school: School, app: Flask) -> Case:
    """Somebody is in danger, opened by the safeguarding lead."""
    return Case(school, app, "dsl", "other", danger="yes")


def test_nobody_alone_closes_danger_as_not_meant_seriously(danger: Case) -> None:
    assert danger.ask("dsl", **NOT_SERIOUS) == 302
    assert danger.outcome() is None
    assert danger.agree("dsl") == 302
    assert danger.outcome() is None, "whoever asked is not the second"
    page = Page(danger.at("dsl2").get(f"{danger.address}/close").text)
    assert "Ms dsl asks a second reader to agree" in page.text and "silly" in page.text
    assert danger.agree("dsl2") == 302
    assert danger.outcome() is CaseOutcome.NOT_SERIOUS
    assert [act for act in danger.acts() if act is not Act.READ] == [Act.OPENED, Act.CLOSE_ASKED, Act.CLOSED]


def test_two_people_call_an_ordinary_report_not_meant_seriously_and_one_closes_it_otherwise(
    school: School, app: Flask
) -> None:
    case = Case(school, app, "coordinator", "bullying")
    assert case.send("coordinator", "close", NOT_SERIOUS) == 302
    assert case.outcome() is None
    assert case.send("coordinator2", "close/not-yet", {"note": "I know of it."}) == 302
    assert case.send("coordinator", "done", CHOSEN) == 302
    assert case.send("coordinator", "close", {"outcome": "resolved", "learn": "nothing"}) == 302
    assert case.outcome() is CaseOutcome.RESOLVED


def test_what_is_severe_closes_only_when_it_was_decided_about_parents_and_people_outside(
    danger: Case,
) -> None:
    sent = ENDED | {"owner": danger.school.dsl.id.hex}
    answer = danger.at("dsl").post(f"{danger.address}/close", data=sent)
    assert answer.status_code == 409 and ENDED["note"] in answer.text, "nothing typed is lost"
    page = Page(answer.text)
    assert "It can’t close yet: 3 things are open" in page.text
    (first, *_) = [one for one in page.all("div") if one.attrs.get("id") == "errors"]
    assert [one.attrs["href"] for one in first.find_all("a")] == [
        f"{danger.address}/to-do?left=yes#do-principal",
        f"{danger.address}/record/parents",
        f"{danger.address}/record/referred",
    ]
    danger.decide("dsl")
    assert danger.ask("dsl") == 302
    assert danger.agree("dsl2") == 302
    assert danger.outcome() is CaseOutcome.RESOLVED


def test_lowering_the_level_does_not_make_one_person_enough(danger: Case) -> None:
    assert danger.send("dsl", "level", {"level": "routine", "note": "It is nothing."}) == 302
    danger.decide("dsl")
    assert danger.ask("dsl") == 302
    assert danger.outcome() is None


@pytest.mark.parametrize("missing", ["change", "owner", "due_on", "outcome"])
def test_what_is_asked_lacks_nothing_and_keeps_what_was_typed(danger: Case, missing: str) -> None:
    danger.decide("dsl")
    sent = ENDED | {"owner": danger.school.dsl.id.hex} | {missing: ""}
    answer = danger.at("dsl").post(f"{danger.address}/close", data=sent)
    assert answer.status_code == 422
    page = Page(answer.text)
    errors = [one.attrs["id"] for one in page.all("p") if one.attrs.get("class") == "field__error"]
    assert errors == [f"close-{missing}-error"]
    typed = [ENDED[name] for name in ("note", "change") if name != missing]
    assert all(text in answer.text for text in typed)
    assert danger.acts().count(Act.CLOSE_ASKED) == 0


def test_who_sends_it_back_says_why_and_it_can_be_asked_again(danger: Case) -> None:
    danger.decide("dsl")
    danger.ask("dsl")
    assert danger.send("dsl2", "close/not-yet", {"note": ""}) == 422
    assert danger.send("dsl2", "close/not-yet", {"note": "The brother was not asked."}) == 302
    assert danger.agree("dsl2") == 302
    assert danger.outcome() is None, "nothing waits any more"
    assert "The brother was not asked." in Page(danger.at("dsl").get(danger.address).text).text
    assert danger.ask("dsl") == 302
    assert danger.agree("dsl2") == 302
    assert danger.outcome() is CaseOutcome.RESOLVED


def test_what_somebody_asked_before_stepping_aside_nobody_agrees_to(danger: Case) -> None:
    danger.ask("dsl", **NOT_SERIOUS)
    assert danger.send("dsl", "aside", {}) == 302
    assert danger.agree("dsl2") == 302
    assert danger.outcome() is None


def test_nobody_closes_past_somebody_who_has_asked(school: School, app: Flask) -> None:
    case = Case(school, app, "coordinator", "bullying")
    assert case.send("coordinator", "close", NOT_SERIOUS) == 302
    assert case.send("coordinator2", "close", {"outcome": "resolved", "note": "Quiet since."}) == 409
    assert case.outcome() is None


def test_two_who_ask_at_once_are_told_of_each_other(danger: Case) -> None:
    danger.decide("dsl")
    assert [danger.ask("dsl"), danger.ask("dsl2")] == [302, 409]


def test_what_changes_is_shown_to_its_readers_its_owner_and_the_principal_until_it_is_done(
    danger: Case,
) -> None:
    danger.decide("dsl")
    assert danger.ask("dsl", owner=danger.school.teacher.id.hex) == 302
    with danger.school.databases.school.session(write=False) as session:
        assert not session.scalars(select(PlannedChange)).all(), (
            "nothing changes before a second reader agrees"
        )
    danger.agree("dsl2")
    shown = {
        who: "A lesson for everybody." in danger.at(who).get("/staff/incidents/changes").text
        for who in ("dsl", "teacher", "principal", "coordinator", "chair", "network")
    }
    assert shown == {"dsl": True, "teacher": True, "principal": True} | dict.fromkeys(
        ("coordinator", "chair", "network"), False
    )
    with danger.school.databases.school.session(write=False) as session:
        address = f"/staff/incidents/changes/{session.scalars(select(PlannedChange.id)).one()}"
    assert danger.at("coordinator").post(address, data={"done": "yes"}).status_code == 404
    assert danger.at("teacher").post(address, data={"done": "yes"}).status_code == 302
    with danger.school.databases.school.session(write=False) as session:
        assert session.scalars(select(PlannedChange.done_on)).one() is not None


def test_what_changes_after_a_case_about_the_head_is_for_its_readers_alone(
    school: School, app: Flask
) -> None:
    case = Case(school, app, "chair", "adult", head="yes")
    owners = [
        one.attrs["value"] for one in Page(case.at("chair").get(f"{case.address}/close").text).all("option")
    ]
    names = Page(case.at("chair").get(f"{case.address}/close").text).text
    assert school.principal.id.hex not in owners and "Ms principal" not in names
    sent = ENDED | {"owner": school.principal.id.hex, "outcome": "not_serious"}
    refused = case.at("chair").post(f"{case.address}/close", data=sent)
    assert refused.status_code == 422, "nor can the head be put in by hand"
    assert case.ask("chair", outcome="not_serious") == 302
    assert case.agree("dsl") == 302
    for who, sees in (("chair", True), ("dsl", True), ("principal", False), ("teacher", False)):
        assert ("A lesson for everybody." in case.at(who).get("/staff/incidents/changes").text) is sees, who
