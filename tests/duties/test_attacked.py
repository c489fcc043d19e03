"""The book as somebody attacks it who wants to know, to look better, or to be done with it."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.config import Config
from kiosk.duties import writing
from kiosk.duties.book import TASK
from kiosk.duties.keeping import keep_book
from kiosk.duties.kind import Kinds
from kiosk.duties.lists import Sources
from kiosk.duties.models import DutyState, LineKind
from kiosk.duties.people import people_of
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.term_page.book_part import book_part
from kiosk.wording.messages import Refused
from tests.duties.book import Book, duty, noon
from tests.duties.test_pages import browser, staff

__all__ = ["staff"]
START, DUE, NEXT, LATE = date(2026, 11, 30), date(2026, 12, 18), date(2027, 3, 26), date(2027, 1, 8)
LEADS = frozenset({Role.PRINCIPAL, Role.DSL})
Made = Callable[..., Book]


@pytest.fixture
def make(config: Config, databases: Databases) -> Made:
    def made(*duties: Any) -> Book:
        book = Book.make(config, databases, *duties)
        book.keep(START)
        return book

    return made


def does(
    book: Book, who: str, act: Callable[[Session, writing.At], Any], day: date = START, **which: str
) -> Any:
    with book.databases.school.writing() as session:
        done = act(session, book.at(session, who, day, **which))
        session.commit()
        return done


def switch_on(book: Book, session: Session, at: writing.At) -> None:
    writing.switch_on(session, at, LEADS, book.site.duties)


@pytest.mark.database("sqlite")
def test_nobody_learns_whose_turn_it_is_by_trying_the_names_of_colleagues(
    app: Flask, session: Session, staff: dict[Role, StaffMember]
) -> None:
    session.add(DutyState(duty="staff-code", of="", switched_on=True))
    session.add(
        DutyState(duty="staff-code", of=staff[Role.DSL].id.hex, label="Ms dsl", due_on=date(2090, 1, 1))
    )
    session.commit()
    teacher, page = browser(app, staff, Role.TEACHER), "/staff/duties/staff-code"
    ways: tuple[Callable[[str], Any], ...] = (
        lambda of: teacher.get(f"{page}/write?of={of}"),
        lambda of: teacher.post(f"{page}/write", data={"of": of, "found": "x", "result": "in-order"}),
        lambda of: teacher.post(f"{page}/write", data={"of": of}),
        lambda of: teacher.post(f"{page}/put-off", data={"of": of, "why": "x", "day": "2090-01-02"}),
        lambda of: teacher.post(f"{page}/give", data={"of": of, "to": staff[Role.TEACHER].id.hex}),
    )
    for way in ways:
        asked = [way(staff[role].id.hex) for role in (Role.DSL, Role.CHAIR)]
        assert len({(one.status_code, one.text) for one in asked}) == 1


def test_a_duty_that_stands_in_the_book_is_not_switched_on_again_to_be_due_later(make: Made) -> None:
    book = make(duty("own", always=False))
    book.site = replace(book.site, duties=Kinds(book.site.duties.all, frozenset({"own"})))
    book.keep(START)
    with pytest.raises(Refused, match="in the book already"):
        does(book, "principal", partial(switch_on, book), LATE, id="own")
    assert book.state("own").due_on == DUE


def test_a_duty_that_two_said_did_not_apply_last_year_is_not_switched_on_again_while_it_is_late(
    make: Made,
) -> None:
    book = make(duty("may", always=False))
    with book.databases.school.write() as session:
        session.merge(
            DutyState(duty="may", of="", due_on=DUE, switched_on=True, not_here_until=date(2026, 9, 1))
        )
    with pytest.raises(Refused, match="in the book already"):
        does(book, "principal", partial(switch_on, book), LATE, id="may")
    assert book.state("may").due_on == DUE


def test_who_has_left_is_not_one_of_the_two_who_say_that_it_does_not_apply(make: Made) -> None:
    book = make(duty("may", always=False))
    does(book, "principal", partial(switch_on, book), id="may")

    def say_so(session: Session, at: writing.At) -> bool:
        return writing.does_not_apply(session, at, "We have none", LEADS, uuid.uuid4())

    assert not does(book, "dsl", say_so, id="may")
    with book.databases.school.write() as session:
        session.get_one(StaffMember, book.people["dsl"].id).left_on = START
    assert not does(book, "principal", say_so, id="may")
    assert does(book, "principal deputy", say_so, id="may")


def test_it_is_given_to_nobody_who_may_not_know_of_it(make: Made) -> None:
    book = make(duty(seen_by=["network", "dsl", "principal"]))
    teacher = book.people["teacher"].id
    with pytest.raises(Refused):
        does(book, "principal", lambda session, at: writing.give(session, at, teacher, uuid.uuid4()))
    with pytest.raises(AssertionError, match="task_owner"):
        book.write(
            "network", START, result="to-fix", changed="x", task_owner=teacher.hex, task_by=DUE.isoformat()
        )


def test_a_task_that_is_not_right_yet_stays_as_it_was(make: Made) -> None:
    book = make(duty())
    owner = book.people["teacher"].id
    line = book.write(
        "network", START, result="to-fix", changed="End it", task_owner=owner.hex, task_by="2026-12-04"
    )
    assert line
    of = TASK + line.id.hex
    assert book.write("teacher", LATE, of=of, result="to-fix", changed="Next year", task_by="2027-03-01")
    assert [(one.of, one.due_on) for one in book.states() if one.of] == [(of, date(2026, 12, 4))]
    assert page(book, LATE).will == (("End it", "teacher", "4 December 2026"),)
    book.write("teacher", LATE, of=of)
    assert page(book, LATE).will == (("Put right: End it", "teacher", "done 8 January 2027"),)


def page(book: Book, day: date) -> Any:
    with book.databases.school.session(write=False) as session:
        return book_part(session, book.site, people_of(session, day), 0, day)


def test_lines_where_nothing_was_due_are_no_duties_done_in_time(make: Made) -> None:
    book = make(duty("waits", when={"event": "fire", "days": 2}), duty("each", each=["class"]), duty())
    for id in ("waits", "each"):
        book.write("network", START, id)
    assert page(book, START).figures[0][0] == "No duty"


def test_two_who_are_the_first_to_write_about_a_duty_write_one_after_the_other(make: Made) -> None:
    book = make()
    book.site = replace(book.site, duties=Kinds({"look": duty()}))
    ready, done = Barrier(2), list[Any]()

    def write(who: str) -> None:
        ready.wait()
        done.append(book.write(who, START))

    hands = [Thread(target=write, args=(who,)) for who in ("network", "dsl")]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(done) == len(book.lines()) == 2 and book.state().due_on == NEXT


def test_a_day_that_is_written_down_after_its_time_makes_nothing_in_time(make: Made) -> None:
    book = make(duty())
    back = writing.Check(uuid.uuid4(), DUE, "in-order")
    does(
        book,
        "network",
        lambda session, at: writing.write_check(session, at, back),
        date(2027, 1, 5),
        id="look",
    )
    assert book.lines()[-1].day == DUE
    found = page(book, LATE)
    assert found.figures[0][0] == "0 of 1"
    assert any("done on 5 January 2027, 1 school day late" in words for _, words in found.late)


@pytest.mark.database("sqlite")
def test_the_same_form_with_other_words_is_not_said_to_stand_in_the_book(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    network, once = browser(app, staff, Role.NETWORK), uuid.uuid4().hex
    sent = {"once": once, "found": "x", "result": "could-not"}
    for form, status in ((sent, 302), (sent, 302), (sent | {"result": "in-order"}, 409)):
        assert network.post("/staff/duties/users-review/write", data=form).status_code == status


@pytest.mark.database("sqlite")
def test_who_writes_by_hand_what_kiosk_counts_is_seen_to_have_done_so(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    principal, page = browser(app, staff, Role.PRINCIPAL), "/staff/duties/register-countersign"
    principal.post(f"{page}/write", data={"found": "x", "result": "in-order"})
    assert "Not by kiosk: written by hand" in browser(app, staff, Role.TEACHER).get(page).text


@pytest.mark.database("sqlite")
def test_no_address_and_no_number_stands_in_words_beside_a_line(
    app: Flask, session: Session, staff: dict[Role, StaffMember]
) -> None:
    principal, page = browser(app, staff, Role.PRINCIPAL), "/staff/duties/users-review"
    principal.post(f"{page}/write", data={"found": "x", "result": "in-order"})
    line = principal.get(page).text.split("/lines/")[1].split("/")[0]
    words = "ring 07700 900 123"
    assert principal.post(f"{page}/lines/{line}/correct", data={"words": words}).status_code == 409
    assert words not in principal.get(page).text


def test_what_is_written_while_the_worker_looks_is_not_late_a_moment_after(make: Made) -> None:
    book = make(duty(when={"every": "term", "event": "fire", "days": 9}))
    hands = [Thread(target=book.write, args=("network", LATE))]

    def meanwhile(*_: object) -> list[Any]:
        hands[0].start()
        hands[0].join(1)  # it waits for the worker, or is through
        return []

    keep_book(book.site, Sources(events={"fire": meanwhile}), noon(LATE))
    hands[0].join()
    state = book.state()
    assert (state.due_on, state.climbed) == (NEXT, 0)
    assert book.lines()[-1].kind is LineKind.DONE


def test_who_puts_something_right_may_tap_twice(make: Made) -> None:
    book = make(duty())
    owner, once = book.people["teacher"].id, uuid.uuid4().hex
    line = book.write(
        "network", START, result="to-fix", changed="End it", task_owner=owner.hex, task_by="2026-12-04"
    )
    assert line
    of = TASK + line.id.hex
    assert book.write("teacher", START, of=of, once=once)
    assert book.write("teacher", START, of=of, once=once) is None
