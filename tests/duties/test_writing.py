"""Lines are added and never changed: a check, a correction, taking back, putting off, giving, not here."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.duties import writing
from kiosk.duties.book import TASK, all_states, left_off
from kiosk.duties.models import LineKind
from kiosk.duties.writing import At
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.wording.messages import Refused
from tests.duties.book import Book, duty, noon

START, DUE, NEXT = date(2026, 11, 30), date(2026, 12, 18), date(2027, 3, 26)
LEADS = frozenset({Role.PRINCIPAL, Role.DSL})
Act = Callable[[Session, At], Any]


@pytest.fixture
def book(config: Config, databases: Databases) -> Book:
    made = Book.make(config, databases, duty(), duty("may", always=False))
    made.keep(START)
    return made


def does(book: Book, who: str, act: Act, day: date = START, id: str = "look", of: str = "") -> Any:
    """Let somebody do something; commits."""
    with book.databases.school.writing() as session:
        done = act(session, book.at(session, who, day, id, of))
        session.commit()
        return done


def refused(book: Book, who: str, act: Act, **more: Any) -> str:
    """Why somebody may not do something."""
    with pytest.raises(Refused) as error:
        does(book, who, act, **more)
    return str(error.value)


def test_a_check_is_one_line_and_the_next_is_due_at_the_end_of_the_next_term(book: Book) -> None:
    line = book.write("network", START, found="Nothing", with_whom="Ms Doyle")
    assert line and (line.was_due, line.next_due, line.result, line.with_whom) == (
        DUE,
        NEXT,
        "in-order",
        "Ms Doyle",
    )
    state = book.state()
    assert (state.due_on, state.done_on, state.done_by_id) == (NEXT, START, book.people["network"].id)


def test_the_same_form_sent_twice_is_one_line(book: Book) -> None:
    once = uuid.uuid4().hex
    assert book.write("network", START, once=once)
    assert book.write("network", START, once=once) is None
    assert (len(book.lines()), book.state().due_on) == (1, NEXT)


def test_a_second_check_before_the_period_begins_does_not_push_the_next_one(book: Book) -> None:
    book.write("network", START)
    book.write("network", date(2026, 12, 14))
    assert book.state().due_on == NEXT


def test_an_earlier_day_may_be_chosen(book: Book) -> None:
    book.write("network", START, next_due="2027-02-01")
    assert book.state().due_on == date(2027, 2, 1)


def test_what_could_not_be_done_stays_open_and_is_written_down(book: Book) -> None:
    book.write("network", START, result="could-not")
    state = book.state()
    assert (state.due_on, state.done_on, state.result) == (DUE, None, "could-not")


@pytest.mark.parametrize("who", ["network", "network deputy", "dsl", "dsl deputy", "principal", "chair"])
def test_those_who_do_it_stand_in_or_are_above_write(book: Book, who: str) -> None:
    assert book.write(who, START)


@pytest.mark.parametrize("who", ["teacher", "coordinator"])
def test_nobody_else_writes(book: Book, who: str) -> None:
    with pytest.raises(Refused):
        book.write(who, START)
    assert book.lines() == []


def test_something_to_put_right_is_a_task_with_an_owner_and_a_day_and_climbs_like_a_duty(book: Book) -> None:
    owner, by = book.people["teacher"], date(2026, 12, 4)
    line = book.write(
        "network",
        START,
        result="to-fix",
        changed="End a test account",
        task_owner=owner.id.hex,
        task_by=by.isoformat(),
    )
    assert line
    task = book.state(of=TASK + line.id.hex)
    assert (task.label, task.due_on, task.given_to_id) == ("End a test account", by, owner.id)
    book.keep(date(2026, 12, 7))
    assert book.mailed() == ["teacher"]
    book.write("teacher", date(2026, 12, 7), of=task.of)
    assert book.state(of=task.of).due_on is None
    book.keep(date(2026, 12, 18))
    assert book.mailed() == []
    with pytest.raises(Refused, match="put right already"):
        book.write("teacher", date(2026, 12, 8), of=task.of)


def test_a_correction_is_a_line_of_its_own(book: Book) -> None:
    line = book.write("network", START)
    assert line
    does(
        book,
        "network",
        lambda session, at: writing.correct(session, at, line.id, "Two, not three", uuid.uuid4()),
    )
    first, second = book.lines()
    assert (first.kind, second.kind, second.about_id) == (LineKind.DONE, LineKind.CORRECTION, first.id)
    assert "Two, not three" in second.answers
    assert "Write what is right" in refused(
        book, "network", lambda session, at: writing.correct(session, at, line.id, " ", uuid.uuid4())
    )


def test_a_line_is_taken_back_within_a_minute_and_all_is_as_before(book: Book) -> None:
    earlier = book.write("network", START)
    assert earlier
    book.write("network", date(2027, 1, 6), result="to-fix", changed="x", **task(book))
    _, line = book.lines()
    for _ in range(2):
        does(
            book, "network", lambda session, at: writing.take_back(session, at, line.id), day=date(2027, 1, 6)
        )
    state = book.state()
    assert (state.due_on, state.done_on, state.line_id) == (NEXT, START, earlier.id)
    assert [one.of for one in book.states()] == [""]
    assert [one.kind for one in book.lines()] == [LineKind.DONE, LineKind.DONE, LineKind.TAKEN_BACK]


def task(book: Book) -> dict[str, str]:
    """Who puts something right, and by when."""
    return {"task_owner": book.people["network"].id.hex, "task_by": "2027-01-20"}


def test_after_a_minute_or_by_another_a_line_stands(book: Book) -> None:
    line = book.write("network", START)
    assert line

    def late(session: Session, at: At) -> None:
        acting = replace(at.acting, now=noon(START) + timedelta(seconds=61))
        writing.take_back(session, replace(at, acting=acting), line.id)

    assert "for a minute" in refused(book, "network", late)
    assert "by whoever wrote it" in refused(
        book, "principal", lambda session, at: writing.take_back(session, at, line.id)
    )
    assert len(book.lines()) == 1


def test_it_is_put_off_once_by_at_most_ten_school_days_by_who_is_above_and_with_a_reason(book: Book) -> None:
    def off(day: date, why: str = "The office was closed") -> Act:
        return lambda session, at: writing.put_off(session, at, day, why, uuid.uuid4())

    tenth = date(2027, 1, 18)
    assert "Whoever is above" in refused(book, "network", off(tenth))
    assert "Whoever is above" in refused(book, "teacher", off(tenth))
    assert "Write why" in refused(book, "principal", off(tenth, " "))
    assert "ten school days" in refused(book, "principal", off(tenth + timedelta(days=1)))
    does(book, "principal", off(tenth))
    assert (book.state().due_on, book.state().was_due) == (tenth, DUE)
    assert "only once" in refused(book, "principal", off(tenth))
    book.write("network", date(2027, 1, 18))
    assert book.state().due_on == NEXT  # counted from the period that it was for


def test_the_chair_puts_off_what_the_principal_does(config: Config, databases: Databases) -> None:
    book = Book.make(config, databases, duty(does="principal"))
    book.keep(START)
    day = date(2027, 1, 6)
    act: Act = lambda session, at: writing.put_off(session, at, day, "Ill", uuid.uuid4())  # noqa: E731
    assert "Whoever is above" in refused(book, "principal", act)
    does(book, "chair", act)
    assert book.state().due_on == day


def test_it_is_given_to_somebody_else_this_time_alone(book: Book) -> None:
    to = book.people["teacher"].id
    does(book, "principal", lambda session, at: writing.give(session, at, to, uuid.uuid4()))
    assert book.state().given_to_id == to
    book.write("teacher", START)
    assert book.state().given_to_id is None


def test_a_duty_is_switched_on_by_the_leadership_and_goes_by_two(book: Book) -> None:
    switch: Act = lambda session, at: writing.switch_on(session, at, LEADS, book.site.duties)  # noqa: E731

    def not_here(session: Session, at: At) -> bool:
        return writing.does_not_apply(session, at, "We have none", LEADS, uuid.uuid4())

    assert book.states("may") == []
    assert "leadership" in refused(book, "network", switch, id="may")
    does(book, "dsl", switch, id="may")
    assert book.state("may").due_on == DUE
    assert does(book, "dsl", not_here, id="may") is False
    assert "second person" in refused(book, "dsl", not_here, id="may")
    assert does(book, "principal", not_here, id="may") is True
    book.keep(date(2027, 2, 1))
    assert {line.duty for line in book.lines() if line.kind is LineKind.LATE} == {"look"}
    assert book.state("may").not_here_until == START + timedelta(days=365)


def test_two_say_that_a_duty_does_not_apply_without_switching_it_on_and_a_third_changes_nothing(
    book: Book,
) -> None:
    def not_here(session: Session, at: At) -> bool:
        return writing.does_not_apply(session, at, "We have none", LEADS, uuid.uuid4())

    assert [does(book, who, not_here, id="may") for who in ("dsl", "principal")] == [False, True]
    until = book.state("may").not_here_until
    assert until and "said so already" in refused(book, "dsl", not_here, id="may")
    assert book.state("may").not_here_until == until
    for day, off in ((until, []), (until + timedelta(days=1), ["may"])):
        with book.databases.school.session(write=False) as session:
            assert [one.id for one in left_off(book.site.duties, all_states(session), day)] == off


def test_what_stands_for_every_school_cannot_be_said_not_to_apply(book: Book) -> None:
    act: Act = lambda session, at: writing.does_not_apply(session, at, "Why", LEADS, uuid.uuid4())  # noqa: E731
    assert "every school" in refused(book, "principal", act)


@pytest.mark.parametrize("change", ["UPDATE duty_line SET result = 'x'", "DELETE FROM duty_line"])
def test_no_line_is_changed_or_removed(book: Book, change: str) -> None:
    book.write("network", START)
    with pytest.raises(DBAPIError, match="append-only"), book.databases.school.write() as session:
        session.execute(text(change))
