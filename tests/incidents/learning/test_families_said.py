"""What families said: in the school's words, agreed by two, a year long; and never from what somebody told."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.learning.families_said import (
    SHOWN_FOR,
    agree,
    all_lines,
    forget_said,
    read_line,
    shown_lines,
    warnings,
    withdraw,
    write_line,
)
from kiosk.incidents.models import Answer, FamiliesSaid
from kiosk.roles import Role
from kiosk.wording.messages import Refused
from tests.accounts.doors import staff_browser
from tests.factories import make_class_group, make_staff
from tests.families.telling import SAID
from tests.pages import Page
from tests.tree import ROOT

LANGUAGES = ["en", "ur"]
DAY = date(2026, 12, 1)
NOT_YET = SAID | {
    "answer": "not_yet",
    "said": "Lock phones away all day.",
    "words": "Some children need theirs on the way home.",
    "by_when": "The governors decide in March.",
}
LIST, NEW = "/staff/we-did/families", "/staff/we-did/families/new"


def mistakes(sent: dict[str, str], *classes: str) -> list[str]:
    """The fields that have something to correct."""
    return [href.removeprefix("#") for href, _ in read_line(sent, LANGUAGES, classes)[1].summary()]


def line(session: Session, sent: dict[str, str], writer: StaffMember, day: date = DAY) -> FamiliesSaid:
    """A line that waits for a second person."""
    draft, errors = read_line(sent, LANGUAGES)
    assert not errors
    return write_line(session, draft, writer, day)


def shown(session: Session, day: date = DAY) -> list[str]:
    return [one.said for one in shown_lines(session, day)]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("left_out", ["came_from", "heard", "answer", "said", "words"])
def test_a_line_says_where_it_came_from_how_many_said_it_and_what_came_of_it(
    app: Flask, left_out: str
) -> None:
    with app.test_request_context("/staff/"):
        assert mistakes(SAID) == []
        assert mistakes({name: words for name, words in SAID.items() if name != left_out}) == [left_out]
        assert mistakes(
            SAID | {left_out: "a worry"} if left_out == "came_from" else SAID | {left_out: ""}
        ) == [left_out]


@pytest.mark.database("sqlite")
def test_not_yet_says_when_families_hear_more(app: Flask) -> None:
    with app.test_request_context("/staff/"):
        assert mistakes(NOT_YET) == []
        assert mistakes(NOT_YET | {"by_when": ""}) == ["by_when"]


@pytest.mark.database("sqlite")
def test_no_class_is_named_and_names_are_warned_of(app: Flask) -> None:
    with app.test_request_context("/staff/"):
        assert mistakes(SAID | {"said": "Kestrels have no pegs."}, "Kestrels") == ["said"]
        assert mistakes(SAID | {"words": "We talked to year 4."}) == ["words"]
        assert mistakes(SAID | {"words": "The year has been long."}) == []
        draft = read_line(SAID | {"said": "We asked Mrs Doyle for it."}, LANGUAGES)[0]
        assert len(list(warnings(draft))) == 1


def test_families_read_it_once_a_second_person_agrees_and_twice_is_once(session: Session) -> None:
    writer, second = make_staff(session, Role.COORDINATOR), make_staff(session, Role.DSL)
    one = line(session, SAID, writer)
    assert shown(session) == []
    with pytest.raises(Refused, match="second person"):
        agree(session, one, writer, DAY)
    for later in (0, 3):
        agree(session, one, second, DAY + timedelta(days=later))
        session.refresh(one)
    assert (one.shown_on, one.agreed_id) == (DAY, second.id)
    assert shown(session) == [SAID["said"]]


def test_it_stands_for_a_year_and_then_it_is_gone(session: Session) -> None:
    writer, second = make_staff(session, Role.COORDINATOR), make_staff(session, Role.DSL)
    agree(session, line(session, SAID, writer), second, DAY)
    waiting = line(session, NOT_YET, writer)
    last = DAY + SHOWN_FOR - timedelta(days=1)
    forget_said(session, last)
    assert shown(session, last) == [SAID["said"]]
    assert shown(session, DAY + SHOWN_FOR) == []
    forget_said(session, DAY + SHOWN_FOR)
    assert all_lines(session, DAY) == [waiting]


def test_not_yet_cannot_be_hidden_only_answered_in_the_words_of_families(session: Session) -> None:
    writer, second = make_staff(session, Role.COORDINATOR), make_staff(session, Role.DSL)
    older = line(session, NOT_YET, writer)
    agree(session, older, second, DAY)
    session.refresh(older)
    with pytest.raises(Refused, match="stays for a year"):
        withdraw(session, older)
    draft, errors = read_line(SAID | {"said": "Something else."}, LANGUAGES, older=older)
    assert not errors and draft.said == NOT_YET["said"]
    newer = write_line(session, draft, second, DAY)
    assert [one.answer for one in shown_lines(session, DAY)] == [Answer.NOT_YET], (
        "the older one stays until then"
    )
    agree(session, newer, writer, DAY)
    assert [(one.said, one.answer) for one in shown_lines(session, DAY)] == [(NOT_YET["said"], Answer.DID)]


def test_what_nobody_has_agreed_to_can_be_dropped(session: Session) -> None:
    withdraw(session, line(session, SAID, make_staff(session, Role.COORDINATOR)))
    assert session.scalars(select(FamiliesSaid)).all() == []


def test_nothing_of_it_asks_for_a_report_or_a_worry() -> None:
    for path in ("learning/families_said.py", "learning/views/families_said.py"):
        tree = ast.parse((ROOT / "kiosk/incidents" / Path(path)).read_text(encoding="utf-8"))
        asked = {one.module for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.module}
        asked |= {
            name.name for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) for name in one.names
        }
        assert not {one for one in asked if "report" in one or "thread" in one}, path


@pytest.mark.database("sqlite")
def test_two_people_go_from_the_form_to_the_page_of_families(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    writer, second = make_staff(session, Role.COORDINATOR), make_staff(session, Role.PRINCIPAL)
    make_class_group(session, name="Kestrels")
    session.commit()
    mine, theirs = staff_browser(app, writer), staff_browser(app, second)
    wrong = mine.post(NEW, data=NOT_YET | {"said": "Kestrels say so.", "by_when": ""})
    assert wrong.status_code == 422
    page = Page(wrong.text)
    assert "Kestrels say so." in wrong.text and {"#said", "#by_when"} <= {
        one.attrs["href"] for one in page.all("a")
    }
    assert mine.post(NEW, data=NOT_YET).status_code == 303
    assert NOT_YET["said"] not in client.get("/home/we-did").text
    assert "I agree" not in mine.get(LIST).text
    id = session.scalars(select(FamiliesSaid.id)).one()
    session.commit()
    assert mine.post(f"{LIST}/{id}/agree").status_code == 422
    for _ in range(2):
        assert theirs.post(f"{LIST}/{id}/agree").status_code == 303
    text = Page(client.get("/home/we-did").text).text
    assert NOT_YET["said"] in text and "Not yet:" in text and NOT_YET["by_when"] in text
    assert writer.name not in text and second.name not in text
    assert theirs.post(f"{LIST}/{id}/withdraw").status_code == 422
    again = mine.get(f"{NEW}?instead={id}").text
    assert 'name="said"' not in again and NOT_YET["said"] in again
