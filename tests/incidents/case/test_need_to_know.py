"""A colleague is told in general words what they need to know, and nothing else of a case."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.need_to_know import advice_for, must_stay
from kiosk.incidents.models import Act, ColleagueMessage, IncidentEntry
from kiosk.storage.db import now_utc
from kiosk.upkeep.chores.retention import delete_expired
from tests.incidents.closings import close_case
from tests.incidents.school import School, sync
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

SAID = "They laugh at me every single day in the corridor and nobody helps"
WORDS = "Please stand near the lockers at break this week."


class Desk:
    """A case, and what its readers tell colleagues of it."""

    def __init__(self, school: School, app: Flask, by: str, concern: str, **given: Any) -> None:
        self.school, self.app = school, app
        answer = self.at(by).post(f"/staff/incidents/open/{school.told(concern, **given)}")
        self.address = answer.headers["Location"]

    def at(self, who: str) -> Any:
        return self.school.browser(self.app, self.school.people[who])

    def tell(self, by: str, to: str = "teacher", words: str = WORDS, **more: str) -> Any:
        form = {"colleague": self.school.people[to].id.hex, "note": words} | more
        return self.at(by).post(f"{self.address}/word", data=form)

    def rows(self) -> list[ColleagueMessage]:
        with self.school.databases.school.session(write=False) as session:
            return list(session.scalars(select(ColleagueMessage)))

    def told(self) -> int:
        with self.school.databases.school.session(write=False) as session:
            return list(session.scalars(select(IncidentEntry.act))).count(Act.PASSED_WORD)

    def read(self, who: str) -> int:
        address = f"/staff/words/{self.rows()[0].id}"
        return int(self.at(who).post(address, data={"answer": "read"}).status_code)

    def tap_read(self, who: str) -> int:
        """Tap the button on the first page."""
        forms = Page(self.at(who).get("/staff/").text).all("form")
        (address,) = [one.attrs["action"] for one in forms if "/words/" in one.attrs.get("action", "")]
        return int(self.at(who).post(address, data={"answer": "read"}).status_code)

    def home(self, who: str) -> str:
        return Page(self.at(who).get("/staff/").text).text

    def case(self, who: str) -> str:
        return Page(self.at(who).get(self.address).text).text


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    """Bullying in a child's own words, opened by the coordinator."""
    return Desk(school, app, "coordinator", "bullying", words=SAID)


def test_a_colleague_finds_it_on_the_first_page_and_learns_nothing_of_the_case(desk: Desk) -> None:
    assert desk.tell("coordinator").status_code == 302
    page = desk.home("teacher")
    assert WORDS in page and "Ms coordinator" in page
    assert "0001" not in page and "mean" not in page and "bullying" not in page.lower()
    for who in ("coordinator2", "dsl", "principal", "network"):
        assert WORDS not in desk.home(who), who
    assert "Ms teacherNot read yet" in desk.case("coordinator")


def test_once_read_the_words_are_deleted_and_the_case_says_on_which_day(desk: Desk) -> None:
    desk.tell("coordinator")
    assert desk.tap_read("teacher") == 302
    assert [(one.words, one.read_on is not None) for one in desk.rows()] == [("", True)]
    assert WORDS not in desk.home("teacher")
    case = desk.case("coordinator2")
    assert "Ms teacherRead on" in case and WORDS in case, "the log keeps them"


def test_saying_twice_that_it_was_read_leads_to_no_error_and_keeps_the_first_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.tell("coordinator")
    assert [desk.read("teacher"), desk.read("teacher")] == [302, 302]
    (row,) = desk.rows()
    assert row.read_on
    first = row.read_on
    with monkeypatch.context() as patched:
        patched.setattr("kiosk.incidents.blueprint.now_utc", lambda: now_utc() + timedelta(days=1))
        assert desk.read("teacher") == 302
    assert [(one.words, one.read_on) for one in desk.rows()] == [("", first)]


@pytest.mark.parametrize("who", ["coordinator", "dsl", "network"])
def test_nobody_says_for_a_colleague_that_they_have_read_it(desk: Desk, who: str) -> None:
    desk.tell("coordinator")
    assert desk.read(who) == 404
    assert desk.rows()[0].words == WORDS


def test_who_was_told_and_what_stands_sealed_in_the_log(desk: Desk) -> None:
    desk.tell("coordinator")
    with desk.school.databases.school.session(write=False) as session:
        (note,) = session.scalars(
            select(IncidentEntry.sealed_note).where(IncidentEntry.act == Act.PASSED_WORD)
        )
    assert WORDS.encode() not in note and desk.school.teacher.id.hex.encode() not in note
    assert "To whom: Ms teacher" in desk.case("coordinator")


def test_sent_twice_it_is_told_once(desk: Desk) -> None:
    desk.tell("coordinator")
    desk.tell("coordinator")
    assert desk.told() == len(desk.rows()) == 1


@pytest.mark.parametrize("words", ["", "x" * 401])
def test_too_little_or_too_much_is_told_to_nobody_and_kept_in_the_form(desk: Desk, words: str) -> None:
    answer = desk.tell("coordinator", words=words)
    assert answer.status_code == 422 and words in answer.text
    assert desk.told() == 0


def test_words_of_the_child_are_pointed_out_and_go_on_only_when_that_was_seen(desk: Desk) -> None:
    words = "It is so day IN THE corridor, so look."
    answer = desk.tell("coordinator", words=words)
    assert answer.status_code == 200 and desk.told() == 0
    page = Page(answer.text)
    assert "day IN THE corridor" in page.text and words in answer.text
    (looked,) = [one.attrs["value"] for one in page.all("input") if one.attrs.get("name") == "looked"]
    assert desk.tell("coordinator", words="Some day in the corridor!", looked=looked).status_code == 200
    assert desk.told() == 0, "other words are looked at anew"
    assert desk.tell("coordinator", words=words, looked=looked).status_code == 302
    assert desk.told() == 1


def test_showing_what_the_child_wrote_beside_it_is_a_reading(desk: Desk) -> None:
    desk.tell("coordinator2", words=SAID)
    with desk.school.databases.school.session(write=False) as session:
        read = session.execute(select(IncidentEntry.act, IncidentEntry.staff_id)).all()
    assert (Act.READ, desk.school.coordinator2.id) in [tuple(one) for one in read]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("They laugh at me", ["They laugh at me"]),
        ("they laugh at her", []),
        ("I know they LAUGH at me every single one", ["they LAUGH at me every single"]),
        ("Please sit beside Tomasz today.", ["Tomasz"]),
        ("Please look after ola.", ["Ola"]),
        (WORDS, []),
    ],
)
def test_four_words_of_the_child_in_a_row_and_names_are_found(words: str, found: list[str]) -> None:
    assert [one.words for one in advice_for(words, {"words": SAID, "name": "Ola"})] == found


@pytest.mark.parametrize(("by", "head"), [("principal", "no"), ("chair", "yes")])
def test_of_what_may_be_about_a_grown_up_at_school_nobody_is_told(
    school: School, app: Flask, by: str, head: str
) -> None:
    desk = Desk(school, app, by, "adult", head=head)
    for who in (by, "dsl"):
        assert "Tell a colleague" not in desk.case(who)
        assert desk.tell(who).status_code == 409
        assert "Ms teacher" not in desk.at(who).get(f"{desk.address}/word").text
    assert desk.told() == len(desk.rows()) == 0


def test_of_what_is_severe_the_safeguarding_lead_alone_tells_a_colleague(school: School, app: Flask) -> None:
    desk = Desk(school, app, "coordinator", "bullying")
    urgent = {"level": "urgent", "note": "It has become worse."}
    assert desk.at("coordinator").post(f"{desk.address}/level", data=urgent).status_code == 302
    assert desk.tell("coordinator").status_code == 409 and desk.told() == 0
    of_lead = Desk(school, app, "dsl", "friend")
    assert of_lead.tell("dsl2").status_code == 302, "a deputy is the lead too"


def test_neither_a_reader_nor_who_has_left_nor_who_is_kept_out_is_told(school: School, app: Flask) -> None:
    desk = Desk(school, app, "dsl", "stranger")
    assert desk.tell("dsl", "dsl2").status_code == 422, "reads it already"
    with school.databases.school.write() as session:
        session.execute(
            update(StaffMember).where(StaffMember.id == school.teacher.id).values(left_on=now_utc().date())
        )
    assert desk.tell("dsl", "teacher").status_code == 422
    assert desk.at("dsl2").post(f"{desk.address}/aside").status_code == 302
    assert desk.tell("dsl", "dsl2").status_code == 422, "it may be about them"
    assert desk.told() == 0


@pytest.mark.parametrize("who", ["dsl", "principal", "chair"])
def test_who_may_not_read_the_case_tells_nobody(desk: Desk, who: str) -> None:
    assert desk.tell(who).status_code == 404
    assert desk.at(who).get(f"{desk.address}/word").status_code == 404
    assert desk.told() == 0


def test_of_a_closed_case_nobody_is_told_and_the_words_are_kept(desk: Desk) -> None:
    ended = {"outcome": "resolved", "note": "Quiet since."}
    assert close_case(desk.at("coordinator"), desk.address, ended).status_code == 302
    answer = desk.tell("coordinator")
    assert answer.status_code == 409 and WORDS in answer.text
    assert desk.told() == 0


def test_words_for_somebody_who_left_before_reading_them_are_deleted_by_the_worker(
    desk: Desk, school: School
) -> None:
    desk.tell("coordinator")
    delete_expired(school.databases, school.key, now_utc().date())
    assert desk.rows()[0].words == WORDS, "not while they work here"
    with school.databases.school.write() as session:
        session.execute(
            update(StaffMember).where(StaffMember.id == school.teacher.id).values(left_on=now_utc().date())
        )
    sync(school.databases)
    delete_expired(school.databases, school.key, now_utc().date())
    assert [(one.words, one.read_on) for one in desk.rows()] == [("", None)]
    assert "Ms teacherNot read yet" in desk.case("coordinator")


@pytest.mark.parametrize(
    "words",
    [
        "It was re\u00adported.", "It was re\u200bported.", "It was re-ported.", "It was ｒｅｐｏｒｔｅｄ.",
        "A reported-on thing.",
        "He ta\u200bkes my lu\u00adnch on the bus",
    ],
)  # fmt: skip
def test_no_hidden_letter_or_hyphen_passes_on_what_is_never_passed_on(words: str) -> None:
    assert must_stay(words, {"words": "He takes my lunch on the bus each day"})
