"""What happens at a school, and what kiosk counts, as the book of duties has it."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting, LogAct
from kiosk.conduct.models import Decision, Mode, SignOff
from kiosk.conduct.signing import STAFF_CODE
from kiosk.config import Config
from kiosk.content.language import ENGLISH
from kiosk.duties.keeping import keep_book
from kiosk.duties.lists import SOURCES, Event
from kiosk.duties.models import DutyState, LineKind
from kiosk.duties.writing import note_event, put_off
from kiosk.incidents.case.models import FilterAddress, FilterAsk, FilterDecision, FilterReason
from kiosk.oversight.models import (
    AccessAct,
    AccessLine,
    Consent,
    ConsentAct,
    ConsentKind,
    ConsentState,
    ConsentStep,
    Paused,
)
from kiosk.storage.db import Databases
from kiosk.web.errors import NotFound
from kiosk.wording.messages import Refused
from tests.duties.book import Book, duty, noon
from tests.factories import make_class_group, make_pupil

START = date(2026, 11, 30)
DAY = timedelta(days=1)


def add(book: Book, *rows: object) -> None:
    """Let this stand at the school."""
    with book.databases.school.writing() as session:
        session.add_all(rows)
        session.commit()


def address(**values: Any) -> FilterAddress:
    """An address at the filter desk."""
    row: dict[str, Any] = {"address": "odd[.]example", "asks": FilterAsk.BLOCK}
    return FilterAddress(id=uuid.uuid4(), **row | values)


def left(on: date, **values: Any) -> FilterAddress:
    """An address that left for the network manager on a day; nobody asked, so it came from a case."""
    decided = {"decision": FilterDecision.BLOCK, "reason": FilterReason.MONEY, "whom": "older"}
    return address(left_on=on, due_on=on + DAY, **decided | values)


def dues(book: Book) -> list[tuple[str, date | None]]:
    """What is called how, and due by when."""
    return [(one.label, one.due_on) for one in book.states() if one.of]


def test_tickets_of_a_day_are_one_thing_to_do_the_next_day_and_done_when_the_last_is(
    config: Config, databases: Databases
) -> None:
    book = Book.make(config, databases, duty(when={"event": "filter-decision", "days": 1}, counted="tickets"))
    add(book, left(START), left(START, done_on=START), left(START, to_id=book.people["network"].id))
    for _ in range(2):
        book.keep(START)
    assert dues(book) == [("30 November 2026", START + DAY)]
    with databases.school.write() as session:
        for row in session.scalars(select(FilterAddress).where(FilterAddress.to_id.is_(None))):
            row.done_on = START + DAY
    book.keep(START + DAY)
    assert dues(book) == [("30 November 2026", None)]
    assert [line.by_id for line in book.lines()] == [None]


def test_what_a_colleague_asks_of_the_filter_is_due_in_two_school_days_and_what_a_case_gave_is_not_there(
    config: Config, databases: Databases
) -> None:
    when = {"event": "filter-request", "days": 2}
    book = Book.make(config, databases, duty(when=when, counted="filter-requests"))
    asked = address(asked_by_id=book.people["teacher"].id, asked_on=START)
    add(book, asked, address())
    book.keep(START)
    assert dues(book) == [("30 November 2026", START + 2 * DAY)]
    with databases.school.write() as session:
        row = session.get_one(FilterAddress, asked.id)
        row.decision, row.decided_on = FilterDecision.NO_CHANGE, START + DAY
    book.keep(START + DAY)
    assert dues(book) == [("30 November 2026", None)]


def test_a_pause_is_looked_at_again_in_five_school_days_and_each_time_that_it_goes_on(
    config: Config, databases: Databases
) -> None:
    book = Book.make(config, databases, duty(when={"event": "pause", "days": 5}, counted="pauses"))
    with databases.school.writing() as session:
        child = make_pupil(session)
        session.commit()

    def line(seq: int, act: AccessAct, day: date, **values: Any) -> AccessLine:
        by = book.people["principal"].id
        return AccessLine(seq=seq, act=act, pupil_id=child.id, by_id=by, day=day, to_set=False, **values)

    paused: dict[str, Any] = {"paused": Paused.INTERNET, "paused_on": START, "look_on": START + 7 * DAY}
    add(book, line(1, AccessAct.PAUSED, START, **paused))
    book.keep(START)
    assert dues(book) == [("30 November 2026", date(2026, 12, 7))]
    add(book, line(2, AccessAct.KEPT, START + 2 * DAY, **paused))
    book.keep(START + 2 * DAY)
    assert sorted(dues(book), key=str) == [("2 December 2026", date(2026, 12, 9)), ("30 November 2026", None)]
    add(book, line(3, AccessAct.RETURNED, START + 3 * DAY))
    book.keep(START + 3 * DAY)
    assert {due for _, due in dues(book)} == {None}


def test_a_new_version_asks_each_of_the_staff_sooner_until_they_have_signed_it(
    config: Config, databases: Databases
) -> None:
    when = {"event": "new-staff-code", "days": 10}
    book = Book.make(config, databases, duty(when=when, each=("staff",), counted="staff-code"))
    code = book.site.codes[STAFF_CODE, ENGLISH]

    def signed(who: str) -> SignOff:
        words = {"code_version": code.version, "code_hash": code.hash, "lang": ENGLISH}
        how = {"mode": Mode.PASSWORD, "decision": Decision.AGREE, "decided_on": START}
        return SignOff(staff_id=book.people[who].id, code_id=STAFF_CODE, **words, **how)

    add(book, signed("teacher"))
    book.keep(START)
    assert len(dues(book)) == len(book.people) - 1
    assert code.since
    assert {due for _, due in dues(book)} == {book.site.calendar.add_school_days(code.since, 10)}
    add(book, signed("network"))
    book.keep(START)
    assert [due for label, due in dues(book) if label == "network"] == [None]


def test_what_has_a_period_comes_sooner_after_something_new_and_once_it_is_done_no_more(
    config: Config, databases: Databases
) -> None:
    when = {"every": "year", "event": "new", "days": 5}
    book = Book.make(config, databases, duty(when=when, each=("class",)))
    with databases.school.writing() as session:
        key = make_class_group(session).id.hex
        make_class_group(session, name="Other")
        session.commit()

    def keep(day: date, *events: Event) -> dict[str, date | None]:
        new = SOURCES.also({}, {}, {"new": lambda session, site, today: events})
        keep_book(book.site, new, noon(day))
        return {one.of: one.due_on for one in book.states()}

    assert set(keep(START).values()) == {date(2027, 7, 21)}
    told = Event(START, key)
    assert sorted(map(str, keep(START, told).values())) == ["2026-12-07", "2027-07-21"]
    assert set(keep(START, Event(START)).values()) == {date(2026, 12, 7)}
    book.write("network", START + DAY, of=key)
    assert keep(START + DAY, told)[key] == date(2028, 7, 31)
    assert keep(START + DAY, Event(START - 90 * DAY))[key] == date(2028, 7, 31)


def test_what_was_put_off_once_is_not_called_sooner_by_the_same_event(
    config: Config, databases: Databases
) -> None:
    book = Book.make(config, databases, duty(when={"every": "term", "event": "new", "days": 2}))
    new = SOURCES.also({}, {}, {"new": lambda session, site, today: [Event(START)]})
    book.keep(START)
    keep_book(book.site, new, noon(START))
    assert book.state().due_on == START + 2 * DAY
    with databases.school.writing() as session:
        put_off(session, book.at(session, "principal", START), START + 4 * DAY, "Ill", uuid.uuid4())
        session.commit()
    keep_book(book.site, new, noon(START))
    assert book.state().due_on == START + 4 * DAY


def test_a_changed_role_and_an_allowed_tool_are_events(config: Config, databases: Databases) -> None:
    names = duty("names", when={"every": "term", "event": "role-change", "days": 5})
    review = duty("review", when={"every": "year", "event": "new-tool", "days": 20})
    tools = duty("tools", when={"every": "own-day"}, each=("technology-consent",), counted="consents")
    book = Book.make(config, databases, names, review, tools)
    book.keep(START)
    head = book.people["principal"].id
    words = dict.fromkeys(("why", "years", "risks", "care"), "x")
    days = {"asked_on": START, "holds_until": date(2027, 7, 1), "review_on": date(2027, 2, 1)}
    kind = {"kind": ConsentKind.TECHNOLOGY, "state": ConsentState.AGREED}
    consent = Consent(id=uuid.uuid4(), what="A robot", asked_by_id=head, **words, **days, **kind)

    def step(seq: int, act: ConsentAct, day: date) -> ConsentStep:
        return ConsentStep(consent_id=consent.id, seq=seq, staff_id=head, act=act, day=day)

    add(book, consent)
    add(book, step(1, ConsentAct.AGREED, START))
    with databases.school.write() as session:
        Acting(book.site.key, head, noon(START)).note(session, LogAct.ROLE_GIVEN, head, role="data")
    book.keep(START)
    assert book.state("names").due_on == date(2026, 12, 7)
    assert book.state("review").due_on == date(2027, 1, 12)
    assert [one.due_on for one in book.states("tools") if one.of] == [date(2027, 2, 1)]
    add(book, step(2, ConsentAct.KEPT, START + DAY))
    with databases.school.write() as session:
        session.get_one(Consent, consent.id).review_on = date(2027, 5, 3)
    book.keep(START + DAY)
    (tool,) = [one for one in book.states("tools") if one.of]
    assert (tool.done_on, tool.due_on, tool.done_by_id) == (START + DAY, date(2027, 5, 3), None)


def test_where_kiosk_cannot_know_the_person_whose_it_is_says_that_it_happened(
    config: Config, databases: Databases
) -> None:
    when = {"event": "complaint", "days": 30, "clock": "calendar", "by": "person"}
    book = Book.make(config, databases, duty(when=when), duty("look-2"))

    def say(who: str, day: date | None, once: uuid.UUID, id: str = "look") -> None:
        with book.databases.school.writing() as session:
            note_event(session, book.at(session, who, START, id), day, once)
            session.commit()

    once = uuid.uuid4()
    for _ in range(2):
        say("network", START - DAY, once)
    say("network", START, uuid.uuid4())
    for who, day, id, error in (
        ("teacher", START, "look", Refused),
        ("network", START + DAY, "look", Refused),
        ("network", None, "look", Refused),
        ("network", START, "look-2", NotFound),
    ):
        with pytest.raises(error):
            say(who, day, uuid.uuid4(), id)
    assert sorted(dues(book)) == [
        ("29 November 2026", date(2026, 12, 28)),
        ("30 November 2026", date(2026, 12, 29)),
    ]
    assert [line.kind for line in book.lines()] == [LineKind.HAPPENED] * 2
    for state in book.states():
        if state.of:
            book.write("network", START, of=state.of)
    assert {due for _, due in dues(book)} == {None}


def test_what_is_over_is_forgotten_but_for_the_last_so_that_a_page_reads_no_more_each_year(
    config: Config, databases: Databases
) -> None:
    book = Book.make(config, databases, duty(when={"event": "complaint", "by": "person"}))
    with databases.school.writing() as session:
        for days in (400, 300, 200, 10):
            label, day = str(days), START - days * DAY
            session.add(DutyState(duty="look", of=f"event/{days}", label=label, done_on=day))
        session.commit()
    book.keep(START)
    assert [one.label for one in book.states()] == ["10"]


def test_who_has_left_is_due_for_nothing_more(config: Config, databases: Databases) -> None:
    when = {"event": "new-staff-code", "days": 10}
    book = Book.make(config, databases, duty(when=when, each=("staff",)))
    book.keep(START)
    assert "teacher" in dict(dues(book))
    with databases.school.write() as session:
        session.get_one(StaffMember, book.people["teacher"].id).left_on = START
    book.keep(START + DAY)
    assert "teacher" not in dict(dues(book))
