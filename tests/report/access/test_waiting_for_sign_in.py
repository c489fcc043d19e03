"""Reports that nobody can open until a reader signs in: who is told how many, and when it is over (promise G5)."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from kiosk.report.access.waiting_for_sign_in import WaitingForSignIn, waiting_for_sign_in
from kiosk.report.models import Reader
from tests.report.reading_school import TOLD_ON, add_released_report, away, change, id_of, session, staff

__all__ = ["session"]


def seen_by(session: Session, name: str) -> WaitingForSignIn:
    """What this person is told."""
    return waiting_for_sign_in(session, id_of(name), {name.rstrip("12")}, TOLD_ON)


def test_while_all_who_have_the_key_are_away_the_others_of_the_route_are_told_who_can_end_it(
    session: Session,
) -> None:
    add_released_report(session)
    assert seen_by(session, "chair1") == WaitingForSignIn()
    change(session, staff(**away("dsl1", "dsl2")))
    for name in ("chair1", "principal1"):
        assert seen_by(session, name) == WaitingForSignIn(1, ("dsl1", "dsl2"))
    assert seen_by(session, "coordinator1") == WaitingForSignIn(), "this route is not theirs"
    assert seen_by(session, "dsl1") == WaitingForSignIn(), "who signs in has the key, away or not"


def test_it_is_over_the_moment_one_of_them_is_back(session: Session) -> None:
    add_released_report(session)
    change(session, staff(**away("dsl1", "dsl2")))
    assert seen_by(session, "chair1").count == 1
    change(session, staff(**away("dsl1")))
    assert seen_by(session, "chair1") == WaitingForSignIn()


def test_a_forgotten_password_opens_nothing_and_names_nobody(session: Session) -> None:
    add_released_report(session)
    for name in ("dsl1", "dsl2"):
        session.get_one(Reader, id_of(name)).public_key = bytes(31) + b"\x09"
    session.flush()
    assert seen_by(session, "chair1") == WaitingForSignIn(1)


def test_who_was_ticked_is_not_told_by_a_number_that_there_is_such_a_report(session: Session) -> None:
    add_released_report(session, ticked=["dsl2"], concern="adult", head="no")
    change(session, staff(**away("dsl1", "principal1")))
    assert seen_by(session, "chair1").count == 1
    assert seen_by(session, "dsl2") == WaitingForSignIn()


def test_a_report_about_the_head_is_in_no_number_that_the_head_sees(session: Session) -> None:
    add_released_report(session, concern="adult", head="yes")
    change(session, staff(**away("dsl1", "dsl2", "chair1")))
    assert seen_by(session, "principal1") == WaitingForSignIn()


def test_more_reports_cost_no_more_queries(session: Session) -> None:
    add_released_report(session)
    few = queries_for(session)
    for _ in range(5):
        add_released_report(session)
    assert queries_for(session) == few


def queries_for(session: Session) -> int:
    """How many statements are sent for one person."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    waiting_for_sign_in(session, id_of("chair1"), {"chair"}, TOLD_ON)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    return len(sent)
