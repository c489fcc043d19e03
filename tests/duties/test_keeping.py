"""What is late goes to the stand-in, the head, the chair; what kiosk counts is written down; a mail says no more."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import invite_staff
from kiosk.audit.log import Acting
from kiosk.config import Config
from kiosk.duties.book import for_person
from kiosk.duties.keeping import keep_book
from kiosk.duties.kind import Kinds
from kiosk.duties.lines import book_is_intact
from kiosk.duties.lists import SOURCES, One
from kiosk.duties.models import LineKind
from kiosk.duties.people import people_of
from kiosk.mail.messages import BODIES, SUBJECTS, MailKind
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import Databases
from tests.duties.book import Book, duty, noon
from tests.factories import make_class_group

DUE = date(2026, 12, 18)
START = date(2026, 11, 30)
FIRST_LATE, SECOND, FIFTH, TWENTIETH = date(2027, 1, 5), date(2027, 1, 6), date(2027, 1, 11), date(2027, 2, 1)


@pytest.fixture
def book(config: Config, databases: Databases) -> Book:
    return Book.make(config, databases, duty())


def late(book: Book) -> list[str]:
    return [line.result for line in book.lines() if line.kind is LineKind.LATE]


def test_late_it_comes_to_the_stand_in_after_two_school_days_the_head_after_five_the_chair_after_twenty(
    book: Book,
) -> None:
    book.keep(START)
    assert (book.state().due_on, book.mailed()) == (DUE, [])
    for day, told in (
        (DUE, []),
        (FIRST_LATE, ["network"]),
        (SECOND, ["network.deputy"]),
        (SECOND, []),  # a worker that is started again tells nobody twice
        (FIFTH, ["principal"]),
        (date(2027, 1, 29), []),
        (TWENTIETH, ["chair"]),
        (date(2027, 3, 1), []),
    ):
        book.keep(day)
        assert book.mailed() == told
    assert late(book) == ["1", "2", "3", "4"]


def test_each_sees_it_on_the_first_page_from_the_day_on_which_it_comes_to_them(book: Book) -> None:
    book.keep(START)
    with book.databases.school.session(write=False) as session:

        def came(who: str, day: date) -> bool:
            staff = session.get_one(StaffMember, book.people[who].id)
            up, *_ = for_person(session, book.site, people_of(session, day), staff, day, day)
            return bool(up)

        assert not came("network deputy", FIRST_LATE) and came("network deputy", SECOND)
        assert not came("principal", SECOND) and came("principal", FIFTH)
        assert not came("chair", FIFTH) and came("chair", TWENTIETH)
        assert not came("teacher", TWENTIETH) and not came("network", TWENTIETH)


def test_done_it_climbs_no_further_and_its_lateness_stays_in_the_history(book: Book) -> None:
    book.keep(START)
    book.keep(SECOND)
    book.mailed()
    book.write("network deputy", SECOND)
    book.keep(TWENTIETH)
    assert book.mailed() == []
    assert (book.state().due_on, book.state().climbed) == (date(2027, 3, 26), 0)
    assert late(book) == ["2"]


def test_who_is_away_is_skipped_and_where_the_head_does_it_the_chair_comes_after_five(
    config: Config, databases: Databases
) -> None:
    book = Book.make(config, databases, duty(does="principal"))
    book.keep(START)
    with databases.school.write() as session:
        deputy = session.get_one(StaffMember, book.people["principal deputy"].id)
        deputy.away_from, deputy.away_until = FIRST_LATE, TWENTIETH
    book.keep(SECOND)
    assert book.mailed() == ["principal"]
    book.keep(FIFTH)
    assert book.mailed() == ["chair"]


def test_a_role_that_nobody_has_falls_to_the_principal(config: Config, databases: Databases) -> None:
    book = Book.make(config, databases, duty(does="data"))
    book.keep(START)
    book.keep(FIRST_LATE)
    assert book.mailed() == ["principal"]


def test_one_person_gets_one_mail_however_much_is_late(config: Config, databases: Databases) -> None:
    book = Book.make(config, databases, duty("one"), duty("two"), duty("three", each=("staff",)))
    book.keep(START)
    book.keep(FIRST_LATE)
    assert book.mailed() == ["network"]


def test_what_the_network_manager_may_not_know_of_sends_no_mail(config: Config, databases: Databases) -> None:
    book = Book.make(config, databases, duty(seen_by=("dsl", "principal")))
    book.keep(START)
    book.keep(TWENTIETH)
    assert book.mailed() == []


def test_the_mail_always_has_the_same_words() -> None:
    assert "Something in the book of duties is late. Sign in to see it" in BODIES[MailKind.DUTY]
    assert SUBJECTS[MailKind.DUTY] == "The book of duties"


def test_a_new_class_joins_and_one_that_is_gone_leaves(config: Config, databases: Databases) -> None:
    book = Book.make(config, databases, duty(each=("class",)))
    book.keep(START)
    assert book.states() == []
    with databases.school.writing() as session:
        group = make_class_group(session)
        session.commit()
        key = group.id.hex
    book.keep(START)
    assert [one.of for one in book.states()] == [key]
    with databases.school.writing() as session:
        session.delete(session.get_one(type(group), group.id))
        session.commit()
    book.keep(START)
    assert book.states() == []


def test_a_list_of_the_schools_own_makes_one_for_each_pair(config: Config, databases: Databases) -> None:
    book = Book.make(config, databases, duty(each=("device", "place")))
    lists = {"device": ("Tablet", "Laptop"), "place": ("School", "Home")}
    book.site = replace(book.site, duties=replace(book.site.duties, lists=lists))
    book.keep(START)
    assert [one.label for one in book.states()] == [
        "Laptop, Home",
        "Laptop, School",
        "Tablet, Home",
        "Tablet, School",
    ]


def test_what_kiosk_counts_is_written_down_once_and_by_nobody(config: Config, databases: Databases) -> None:
    book = Book.make(config, databases, duty(counted="looked"))
    sources = SOURCES.also({}, {"looked": lambda session, site, today: {"": START}})
    for day in (START, START, date(2026, 12, 1)):
        keep_book(book.site, sources, noon(day))
    (line,) = book.lines()
    assert (line.by_id, line.day, line.kind) == (None, START, LineKind.DONE)
    assert book.state().due_on == date(2027, 3, 26)
    keep_book(book.site, sources, noon(date(2027, 3, 29)))  # of this term it has counted nothing
    assert late(book) == ["1"]


def test_what_has_a_day_of_its_own_is_due_then_and_another_day_in_its_file_moves_it_until_it_was_done(
    config: Config, databases: Databases
) -> None:
    book = Book.make(config, databases, duty(when={"every": "own-day"}, each=("thing",)))

    def due(own: date) -> date | None:
        sources = SOURCES.also({"thing": lambda session, site, today: [One("a", "A", own)]}, {})
        keep_book(book.site, sources, noon(START))
        return book.state(of="a").due_on

    assert due(date(2026, 12, 10)) == date(2026, 12, 10)
    assert due(date(2027, 1, 20)) == date(2027, 1, 20)
    assert due(date(2026, 12, 10)) == date(2026, 12, 10)
    book.write("network", START, of="a")
    assert due(date(2026, 12, 10)) == date(2027, 11, 30)
    assert due(date(2027, 12, 1)) == date(2027, 12, 1)


def invite(book: Book) -> str:
    """Invite somebody at noon of the first day."""
    with book.databases.school.write() as session:
        acting = Acting(book.site.key, book.people["network"].id, noon(START))
        return invite_staff(session, acting, "Mr New", "new@school.example").staff.id.hex


def test_what_waits_for_an_event_is_due_some_school_days_after_it(
    config: Config, databases: Databases
) -> None:
    book = Book.make(config, databases, duty(when={"event": "new-staff", "days": 5}, each=("staff",)))
    book.keep(START)
    assert book.states() == []
    new = invite(book)
    for _ in range(2):
        book.keep(START)
    (state,) = book.states()
    assert (state.of, state.due_on, state.label) == (new, date(2026, 12, 7), "Mr New")
    book.keep(date(2026, 12, 8))
    assert book.mailed() == ["network"]
    book.write("network", date(2026, 12, 8), of=new)
    assert book.state(of=new).due_on is None


def test_a_deadline_of_the_law_counts_days_of_the_calendar_and_alarms_before_its_day(
    config: Config, databases: Databases
) -> None:
    when = {"event": "new-staff", "days": 30, "clock": "calendar"}
    book = Book.make(config, databases, duty(when=when, climb=(-10, -5, 0)))
    invite(book)
    for day, told in ((20, ["network", "network.deputy"]), (25, ["principal"]), (30, ["chair"])):
        book.keep(date(2026, 12, day))
        assert book.mailed() == told


def test_a_duty_that_the_school_added_as_a_file_appears_in_list_reminder_and_climb(
    config: Config, databases: Databases
) -> None:
    book = Book.make(config, databases)
    own = duty("ours", always=False, does="teacher")
    book.site = replace(book.site, duties=Kinds({"ours": own}, frozenset({"ours"})))
    keep_book(book.site, ALL_SOURCES, noon(START))
    keep_book(book.site, ALL_SOURCES, noon(FIFTH))
    assert book.mailed() == ["chair", "principal"]  # nobody holds that role, so it is the principal's


def test_a_line_changed_by_hand_is_found(book: Book) -> None:
    book.keep(START)
    book.write("network", START)
    with book.databases.school.session(write=False) as session:
        assert book_is_intact(session, book.site.key)
        (line,) = book.lines()
        session.get_one(type(line), line.id).result = "could-not"
        with session.no_autoflush:
            assert not book_is_intact(session, book.site.key)
        session.rollback()
