"""Whoever takes lines out of the log with the site key in hand is found at a reader's next unlocking (promise Q2)."""

import random
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ReaderKey
from kiosk.audit.log import Acting, LogAct, LogEntry, lines, newest_line
from kiosk.audit.verify import verify_log
from kiosk.mail.outbox import OutboxRow
from kiosk.report.models import Reader
from kiosk.report.setup import zone_of
from kiosk.storage.db import now_utc
from tests.accounts.doors import staff_browser
from tests.faults.log_tampering import TOLD, Rows, chain, change, copy, rest_triggers
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import alarmed, keyed
from tests.readers.signed_list.test_the_list_that_was_seen import OPENED, at_work, put_keys_away, unlock
from tests.sets import repeats

__all__ = ["at_work", "keyed"]
SEED = 20261129
TRIALS = repeats(18, 1_000)
COOKIE, PATH = "kiosk-list", "/staff"
GONE = "A line of the log that you had seen is gone or changed"


def vanish(rows: Rows, chance: random.Random) -> None:
    """Some lines are gone, and nothing shows where they were."""
    for row in chance.sample(rows, chance.randint(1, 4)):
        rows.remove(row)


def say_otherwise(rows: Rows, chance: random.Random) -> None:
    """A line names somebody else, another time or another thing."""
    change(rows, chance, TOLD)


def cut(rows: Rows, chance: random.Random) -> None:
    """The newest lines are gone."""
    del rows[chance.randrange(len(rows)) :]


FORGERIES: tuple[Callable[[Rows, random.Random], None], ...] = (vanish, say_otherwise, cut)


def lines_of(session: Session) -> Rows:
    return [copy(row) for row in session.scalars(select(LogEntry).order_by(LogEntry.seq))]


def put(session: Session, rows: Rows) -> None:
    rest_triggers(session)
    session.execute(delete(LogEntry))
    session.expunge_all()
    session.add_all(copy(row) for row in rows)
    session.flush()


def work_goes_on(session: Session, school: School, times: int, what: str = "later") -> None:
    for number in range(times):
        Acting(school.key, school.principal.id, now_utc()).note(
            session, LogAct.ROSTER_READ, of=f"{what} {number}"
        )


def times_said(school: School) -> int:
    """How many lines of the log say that it is not the one that the safeguarding lead had seen."""
    with school.databases.school.session(write=False) as session:
        return [one.by_id for one in lines(session, acts=[LogAct.LOG_DIFFERED])].count(school.dsl.id)


@pytest.mark.again
@pytest.mark.database("sqlite")  # the others try one forgery on both
def test_every_line_that_a_reader_has_seen_is_missed_at_the_next_unlocking(
    app: Flask, at_work: School
) -> None:
    client = staff_browser(app, at_work.dsl)
    assert unlock(client) == OPENED
    with at_work.databases.school.write() as session:
        work_goes_on(session, at_work, 12, "seen")
    put_keys_away(at_work)
    assert unlock(client) == OPENED
    device = client.get_cookie(COOKIE, path=PATH)
    assert device
    with at_work.databases.school.session(write=False) as session:
        kept, row = lines_of(session), session.get_one(ReaderKey, at_work.dsl.id).pin
    with at_work.databases.reports.session(write=False) as reports:
        readers = set(reports.scalars(select(Reader.email)))
    chance, found = random.Random(SEED), 0
    for trial in range(TRIALS):
        rows, known_by_row = [copy(one) for one in kept], bool(trial % 2)
        forge = FORGERIES[trial % len(FORGERIES)]
        forge(rows, chance)
        chain(rows, at_work.key)
        with at_work.databases.school.write() as session:
            put(session, rows)
            work_goes_on(session, at_work, chance.randrange(len(kept)))
            assert verify_log(session, at_work.key) == [], "nothing on the machine can tell"
            session.get_one(ReaderKey, at_work.dsl.id).pin = row if known_by_row else None
        with at_work.databases.reports.write() as reports:
            zone_of(reports).differed_on = None
            reports.execute(delete(OutboxRow))
        client.set_cookie(COOKIE, "" if known_by_row else device.value, path=PATH)
        put_keys_away(at_work)
        assert unlock(client) == OPENED, "the key opens all the same"
        found += readers <= alarmed(at_work) and times_said(at_work) == 1
    assert found == TRIALS


def test_the_reader_reads_of_it_on_the_first_page_and_with_the_keys_until_they_sign_out(
    app: Flask, at_work: School
) -> None:
    client = staff_browser(app, at_work.dsl)
    assert unlock(client) == OPENED
    assert GONE not in Page(client.get("/staff/").text).text
    with at_work.databases.school.write() as session:
        rows = lines_of(session)
        del rows[0]
        chain(rows, at_work.key)
        put(session, rows)
    for _ in range(2):
        put_keys_away(at_work)
        assert unlock(client) == OPENED
        for page in ("/staff/", "/staff/keys"):
            assert GONE in Page(client.get(page).text).text
    assert times_said(at_work) == 1, "what is there now was seen"


def test_what_the_device_has_seen_of_the_log_counts_where_the_row_was_put_back(
    app: Flask, at_work: School
) -> None:
    client = staff_browser(app, at_work.dsl)
    assert unlock(client) == OPENED
    with at_work.databases.school.session(write=False) as session:
        older, kept = session.get_one(ReaderKey, at_work.dsl.id).pin, lines_of(session)
    with at_work.databases.school.write() as session:
        work_goes_on(session, at_work, 1)
    put_keys_away(at_work)
    assert unlock(client) == OPENED
    with at_work.databases.school.write() as session:
        put(session, kept)
        session.execute(update(ReaderKey).values(pin=older))
    put_keys_away(at_work)
    assert unlock(client) == OPENED
    assert times_said(at_work) == 1


def test_lines_that_nobody_who_reads_has_seen_can_be_taken_away(app: Flask, at_work: School) -> None:
    """The stated limit: docs/privacy.md says so."""
    client = staff_browser(app, at_work.dsl)
    assert unlock(client) == OPENED
    with at_work.databases.school.write() as session:
        kept = lines_of(session)
        work_goes_on(session, at_work, 3)
    with at_work.databases.school.write() as session:
        put(session, kept)
        assert newest_line(session)[0] == len(kept)
    put_keys_away(at_work)
    assert unlock(client) == OPENED
    assert alarmed(at_work) == set()
