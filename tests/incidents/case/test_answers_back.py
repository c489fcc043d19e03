"""A colleague answers in one line, sealed for whoever may read the case and for nobody else (promise S11)."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from kiosk.incidents.case.forms import looked_mark
from kiosk.incidents.case.need_to_know import must_stay
from kiosk.incidents.models import Act, ColleagueMessage, IncidentEntry
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.storage.db import ReportsBase, SchoolBase
from tests.incidents.case.test_need_to_know import SAID, WORDS, Desk
from tests.incidents.desk import CHECKED
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

LINE = "I moved two seats and it was quiet."


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    """Bullying in a child's own words, and what the coordinator told the teacher about it."""
    found = Desk(school, app, "coordinator", "bullying", words=SAID)
    assert found.tell("coordinator").status_code == 302
    clear_mail(school)
    return found


def clear_mail(school: School) -> None:
    with school.databases.reports.write() as session:
        session.execute(delete(OutboxRow))


def mailed(school: School) -> list[str]:
    with school.databases.reports.session(write=False) as session:
        rows = session.execute(select(OutboxRow.address, OutboxRow.kind)).all()
    assert {kind for _, kind in rows} <= {MailKind.NEWS}
    return sorted(address.partition("@")[0] for address, _ in rows)


def answer(desk: Desk, who: str = "teacher", **sent: str) -> int:
    address = f"/staff/words/{desk.rows()[0].id}"
    return int(desk.at(who).post(address, data={"answer": "done"} | sent).status_code)


def test_the_colleague_gets_the_constant_mail_and_nobody_else_does(school: School, app: Flask) -> None:
    desk = Desk(school, app, "coordinator", "bullying", words=SAID)
    clear_mail(school)
    desk.tell("coordinator")
    assert mailed(school) == ["teacher"]


def test_the_answer_comes_back_as_a_line_of_the_case_and_by_mail_to_who_asked(desk: Desk) -> None:
    assert answer(desk, note=LINE) == 302
    assert mailed(desk.school) == ["coordinator"]
    for who, sees in (("coordinator", True), ("coordinator2", False), ("dsl", False), ("network", False)):
        shown = desk.at(who).get("/staff/incidents/").text
        assert ("A colleague’s answer came back" in shown) is sees, who
    case = desk.case("coordinator")
    assert "Ms teacher answered" in case and LINE in case
    assert "A colleague’s answer came back" not in desk.at("coordinator").get("/staff/incidents/").text
    assert desk.case("coordinator2").count(LINE) == 1, "it is written down once"
    assert desk.rows()[0].answer == b""


def test_until_a_reader_opens_it_nobody_who_looks_after_the_computer_reads_the_answer(desk: Desk) -> None:
    answer(desk, note=LINE)
    databases = desk.school.databases
    for database, base in ((databases.school, SchoolBase), (databases.reports, ReportsBase)):
        with database.session(write=False) as session:
            for table in base.metadata.sorted_tables:
                held = repr(session.execute(table.select()).all())
                assert LINE not in held and WORDS not in held


def test_only_reading_it_sends_nothing_back(desk: Desk) -> None:
    assert answer(desk, answer="read") == 302
    assert mailed(desk.school) == []
    assert "Ms teacher answered" not in desk.case("coordinator")


def test_that_they_cannot_needs_a_reason_and_what_was_typed_stays(desk: Desk) -> None:
    assert answer(desk, answer="cannot") == 422
    page = desk.at("teacher").post(f"/staff/words/{desk.rows()[0].id}", data={"note": LINE})
    assert page.status_code == 422 and LINE in page.text and WORDS in page.text
    assert desk.rows()[0].words == WORDS and mailed(desk.school) == []
    assert answer(desk, answer="cannot", note="I am away.") == 302
    assert "I can’t, because" in desk.case("coordinator")


@pytest.mark.parametrize("who", ["coordinator", "dsl", "network", "principal"])
def test_nobody_reads_or_answers_for_a_colleague(desk: Desk, who: str) -> None:
    assert answer(desk, who, note=LINE) == 404
    assert desk.at(who).get(f"/staff/words/{desk.rows()[0].id}").status_code == 404
    assert mailed(desk.school) == [] and desk.rows()[0].words == WORDS


def test_answered_twice_the_first_answer_stands(desk: Desk) -> None:
    assert [answer(desk, note=LINE), answer(desk, note="Something else")] == [302, 302]
    assert mailed(desk.school) == ["coordinator"]
    case = desk.case("coordinator")
    assert LINE in case and "Something else" not in case


def test_who_has_stepped_aside_since_is_told_of_no_answer(desk: Desk) -> None:
    """It would tell them that somebody still works at a case that may be about them."""
    before = desk.at("coordinator2").get("/staff/incidents/").text
    assert desk.at("coordinator").post(f"{desk.address}/aside").status_code == 302
    clear_mail(desk.school)

    def seen() -> list[str]:
        pages = desk.at("coordinator").get("/staff/incidents/").text, desk.home("coordinator")
        return [CHECKED.sub("", page) for page in pages]  # but for the minute of looking

    quiet = seen()
    answer(desk, note=LINE)
    assert "coordinator" not in mailed(desk.school) and mailed(desk.school) != []
    assert seen() == quiet
    assert "came back" not in before


def test_an_answer_that_somebody_put_there_by_hand_is_shown_to_nobody_as_the_colleagues(desk: Desk) -> None:
    answer(desk, note=LINE)
    with desk.school.databases.school.write() as session:
        session.execute(update(ColleagueMessage).values(answer=b"x" * 80))
    case = desk.case("coordinator")
    assert "Changed in the database by hand" in case and "Ms teacher answered" not in case
    with desk.school.databases.school.session(write=False) as session:
        assert Act.WORD_BACK not in list(session.scalars(select(IncidentEntry.act)))


def test_a_key_that_somebody_put_there_gets_no_answer(desk: Desk) -> None:
    """Whoever writes the row could else read what comes back."""
    with desk.school.databases.school.write() as session:
        session.execute(update(ColleagueMessage).values(answer_key=b"\1" * 32))
    assert WORDS not in desk.home("teacher")
    assert answer(desk, note=LINE) == 302
    assert desk.rows() == [] and mailed(desk.school) == []


@pytest.mark.parametrize(
    ("words", "stays"),
    [
        ("They laugh at me every, so look.", True),
        ("THEY laugh: at me EVERY single", True),
        ("They laugh at me", False),
        ("A child reported something in the corridor.", True),
        (WORDS, False),
    ],
)
def test_five_words_in_a_row_or_reported_are_never_passed_on(words: str, stays: bool) -> None:
    assert must_stay(words, {"words": SAID}) is stays


def test_what_must_not_be_passed_on_is_refused_though_the_writer_has_looked(desk: Desk) -> None:
    words = "I know they laugh at me every single day"
    refused = desk.tell("coordinator", words=words)
    page = Page(refused.text)
    assert (
        refused.status_code == 422
        and "five words in a row of the report" in page.text
        and words in refused.text
    )
    assert desk.tell("coordinator", words=words, looked=looked_mark(words)).status_code == 422
    assert len(desk.rows()) == 1
