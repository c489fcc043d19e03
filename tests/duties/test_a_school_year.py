"""The year of a school played through: every duty, three roles away, one that nobody does; no mail tells of a case."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import invite_staff
from kiosk.audit.log import Acting
from kiosk.config import Config
from kiosk.content.language import ENGLISH
from kiosk.duties.book import is_on
from kiosk.duties.kind import Duty, Kinds, read_kinds
from kiosk.duties.lines import book_is_intact
from kiosk.duties.models import DutyState, LineKind
from kiosk.duties.people import people_of
from kiosk.duties.writing import Check, note_event, switch_on, write_check
from kiosk.incidents.case.models import FilterAddress, FilterAsk, FilterDecision
from kiosk.oversight.models import AccessAct, AccessLine, Consent, ConsentKind, ConsentState, Paused
from kiosk.public.articles import POLICY, Articles
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.told.models import PosterKind, PosterRecord
from tests.duties.book import CALENDAR, Book, noon
from tests.factories import make_class_group, make_pupil, make_staff

FIRST, LAST, EVENTFUL = date(2026, 9, 1), date(2027, 7, 21), date(2026, 10, 8)
WEEK = timedelta(days=7)
AWAY = {"network", "dsl", "coordinator"}  # from the middle of November to Christmas
NOBODY_DOES = "risk-register"
OF_CASES = "changes-done"
LISTS = {"contractor": ("A",), "tool": ("B",), "policy": ("Behaviour",)}


@pytest.fixture
def book(config: Config, databases: Databases) -> Book:
    """The whole book of a school with one of everything, and what happens there in a year."""
    ours = read_kinds(Config().content_path, Path("/nowhere"))
    book = Book.make(config, databases, *ours.all.values())
    few = replace(
        book.site.facts,
        all=dict(list(book.site.facts.all.items())[:2]),
        helplines=replace(
            book.site.facts.helplines, all=dict(list(book.site.facts.helplines.all.items())[:2])
        ),
    )
    (id, lesson), *_ = book.site.lessons.items()
    lessons = {id: replace(lesson, review_by=date(2027, 3, 1))}
    kinds = Kinds(ours.all, frozenset(), LISTS)
    policy = replace(book.site.articles.get(POLICY, ENGLISH), next_review=date(2027, 6, 30))
    articles = Articles({(POLICY, ENGLISH): policy})
    book.site = replace(book.site, duties=kinds, facts=few, lessons=lessons, articles=articles)
    with databases.school.writing() as session:
        for role in (Role.OFFICE, Role.DATA):
            staff = make_staff(session, role, name=role.value, email=f"{role.value}@school.example")
            book.people = {**book.people, role.value: staff}
        make_class_group(session)
        session.flush()
        _happens(session, book)
        for who in AWAY:
            staff = session.get_one(StaffMember, book.people[who].id)
            staff.away_from, staff.away_until = date(2026, 11, 16), date(2026, 12, 18)
        session.commit()
        for id, duty in ours.all.items():
            if not duty.always:
                switch_on(
                    session,
                    book.at(session, "principal", FIRST, id),
                    frozenset({Role.PRINCIPAL}),
                    book.site.duties,
                )
        session.commit()
    return book


def _happens(session: Session, book: Book) -> None:
    head, child = book.people["principal"].id, make_pupil(session)
    teacher, day = book.people["teacher"].id, EVENTFUL
    paused: dict[str, Any] = {
        "paused": Paused.DEVICE,
        "paused_on": day,
        "look_on": day + WEEK,
        "to_set": False,
    }
    session.add(AccessLine(seq=1, act=AccessAct.PAUSED, pupil_id=child.id, by_id=head, day=day, **paused))
    block: dict[str, Any] = {"address": "odd[.]example", "asks": FilterAsk.BLOCK}
    session.add(FilterAddress(decision=FilterDecision.BLOCK, left_on=day, due_on=day + WEEK, **block))
    session.add(FilterAddress(asked_by_id=teacher, asked_on=day, **block))
    for kind in (ConsentKind.TECHNOLOGY, ConsentKind.SOCIAL):
        words = dict.fromkeys(("what", "why", "years", "risks", "care"), "x")
        days = {"asked_on": day, "holds_until": LAST, "review_on": date(2027, 2, 1)}
        session.add(Consent(kind=kind, asked_by_id=head, state=ConsentState.AGREED, **words, **days))
    poster = {"kind": PosterKind.POSTER, "audience": "ks2", "lang": "en", "mark": "1", "place": "Hall"}
    session.add(PosterRecord(staff_id=teacher, up_on=day, **poster))
    session.flush()


def weeks() -> Iterator[date]:
    """The Thursdays of the year on which there is school, and its last day."""
    day = FIRST + timedelta(days=2)
    while day < LAST:
        if CALENDAR.is_school_day(day):
            yield day
        day += WEEK
    yield LAST


def check_of(duty: Duty) -> Check:
    """A check of this duty with everything filled in."""
    answers = {
        one.id: [option.id for option in one.of] if one.kind == "ticks" else "In order"
        for one in duty.write
        if one.id != "result"
    }
    return Check(uuid.uuid4(), date.min, duty.counts.done[0], answers)


def do_what_is_due(book: Book, day: date, until: date) -> None:
    """Who is there does what is due before the next look, and what has just happened; for who is away a stand-in."""
    with book.databases.school.writing() as session:
        people = people_of(session, day)
        names = {staff.id: name for name, staff in book.people.items()}
        states = session.scalars(select(DutyState).where(DutyState.due_on.is_not(None))).all()
        for duty_id, of, due in [(one.duty, one.of, one.due_on) for one in states]:
            duty = book.site.duties.all[duty_id]
            stands = is_on(duty, book.site.duties, session.get(DutyState, (duty_id, "")), day)
            if not stands or (not duty.waits and due and due >= until):
                continue
            if duty_id in {NOBODY_DOES, OF_CASES} and day < date(2027, 2, 1):
                continue
            state = session.get_one(DutyState, (duty_id, of))
            there = [one for one in people.doers(duty, state) if not one.away]
            there += [one for one in people.of(duty.does, True) if not one.away]
            at = book.at(session, names[there[0].id], day, duty_id, of)
            write_check(session, at, replace(check_of(duty), day=day))
        session.commit()


@pytest.mark.database("sqlite")
def test_a_year_with_three_roles_away_has_everything_done_and_one_lapse_comes_to_the_chair(
    book: Book,
) -> None:
    mails = Counter[str]()
    days = list(weeks())
    for day, following in zip(days, [*days[1:], LAST + WEEK], strict=True):
        if day == EVENTFUL:
            with book.databases.school.write() as session:
                invite_staff(
                    session,
                    Acting(book.site.key, book.people["network"].id, noon(day)),
                    "Mr New",
                    "n@s.example",
                )
            with book.databases.school.writing() as session:
                note_event(session, book.at(session, "data", day, "data-complaint"), day, uuid.uuid4())
                session.commit()
        book.keep(day)
        mails.update(book.mailed())
        do_what_is_due(book, day, following)
    lines = book.lines()
    done = {line.duty for line in lines if line.kind is LineKind.DONE}
    assert book.site.duties.all.keys() - done == set()
    late = [(line.duty, line.result) for line in lines if line.kind is LineKind.LATE]
    assert {one for one in late if one[0] not in {NOBODY_DOES, OF_CASES}} == set()
    assert max(late)[1] == late[-1][1] == "4"
    # The one that nobody did was mailed to the holder, stand-in and chair; what hangs on cases to nobody.
    assert mails == {"principal": 1, "principal.deputy": 1, "chair": 1}
    assert stand_ins(book) >= {"network deputy", "dsl deputy", "coordinator deputy"}
    with book.databases.school.session(write=False) as session:
        assert book_is_intact(session, book.site.key)


def stand_ins(book: Book) -> set[str]:
    """Who wrote lines while three were away."""
    names = {staff.id: name for name, staff in book.people.items()}
    away = [one for one in book.lines() if one.by_id and date(2026, 11, 16) <= one.day <= date(2026, 12, 18)]
    return {names[one.by_id] for one in away if one.by_id}
