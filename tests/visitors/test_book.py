"""The book: a form sent twice is one line, a line has a day and no time, and is gone twelve months after its day."""

from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import inspect, select

from kiosk.audit.log import Acting, LogAct, LogEntry
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.visitors import book
from kiosk.visitors.book import Signing
from kiosk.visitors.models import Visitor

DAY = date(2026, 12, 1)
JO = Signing("Jo Marsh", "Northgate Lifts", "Mr Novak", 3, "en")


def signed(databases: Databases, signing: Signing = JO, once: str = "a form", day: date = DAY) -> bool:
    with databases.school.write() as session:
        return book.sign(session, signing, once, day)


def kept(databases: Databases) -> list[Visitor]:
    with databases.school.session(write=False) as session:
        return list(session.scalars(select(Visitor).order_by(Visitor.day)))


def acting(key: SiteKey) -> Acting:
    return Acting(key, None, datetime(2026, 12, 1, 12, tzinfo=UTC))


def log_lines(databases: Databases) -> list[LogEntry]:
    with databases.school.session(write=False) as session:
        return list(session.scalars(select(LogEntry).order_by(LogEntry.seq)))


def test_a_form_sent_twice_is_one_line_and_two_people_of_one_name_are_two(databases: Databases) -> None:
    assert signed(databases)
    assert not signed(databases)
    assert signed(databases, once="another form")
    assert len(kept(databases)) == 2


def test_a_form_sent_again_with_other_words_is_another_line(databases: Databases) -> None:
    assert signed(databases)
    assert signed(databases, Signing("Jo Marsh", "Northgate Lifts", "Mrs Hartley", 3, "en"))
    assert len(kept(databases)) == 2


def test_two_taps_at_the_same_moment_are_one_line(databases: Databases) -> None:
    together, news = Barrier(2), []

    def tap() -> None:
        together.wait()
        news.append(signed(databases))

    taps = [Thread(target=tap) for _ in range(2)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert sorted(news) == [False, True]
    assert len(kept(databases)) == 1


def test_a_line_has_a_day_and_nothing_finer_nothing_of_the_form_and_no_drawing() -> None:
    columns = {column.key: str(column.type) for column in inspect(Visitor).columns}
    assert set(columns) == {"id", "name", "organisation", "visiting", "code_version", "lang", "day"}
    assert [name for name, kind in columns.items() if "TIME" in kind.upper() or "BLOB" in kind.upper()] == []


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 12, 1), date(2027, 11, 30)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 27)),
    ],
)
def test_a_line_is_there_until_twelve_months_have_passed_and_then_it_is_gone(
    databases: Databases, key: SiteKey, day: date, last: date
) -> None:
    signed(databases, day=day)
    with databases.school.write() as session:
        assert book.purge(session, acting(key), last) == 0
        assert len(book.lines_of_book(session, last)) == 1
    assert log_lines(databases) == [], "nothing is written where nothing was deleted"
    after = date.fromordinal(last.toordinal() + 1)
    with databases.school.write() as session:
        assert book.lines_of_book(session, after) == [], "also while the worker stands still"
        assert book.purge(session, acting(key), after) == 1
    assert kept(databases) == []


def test_the_log_says_how_many_were_deleted_and_no_word_of_a_visitor(
    databases: Databases, key: SiteKey
) -> None:
    for number in range(3):
        signed(databases, once=str(number))
    with databases.school.write() as session:
        book.purge(session, acting(key), date(2028, 1, 1))
    (line,) = log_lines(databases)
    assert (line.act, line.details) == (LogAct.VISITORS_DELETED, '{"lines":3}')
