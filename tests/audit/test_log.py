"""The log of powers: added to and never changed, one chain however many write, and proven by what was seen of it."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.audit.log import BEFORE_THE_FIRST, Acting, LogAct, LogEntry, add_line, lines, newest_line
from kiosk.audit.verify import LogFinding, LogTamper, still_stands, verify_log
from kiosk.audit.words import ACT_WORDS, TAMPER_WORDS
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.faults.log_tampering import LINES, chain, rest_triggers, write_log

NOW = datetime(2026, 11, 25, 9, 30, 12, 345, tzinfo=UTC)
SOMEBODY, ANOTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def test_a_line_holds_who_what_when_and_about_whom(session: Session, key: SiteKey) -> None:
    there = timezone(timedelta(hours=5))
    add_line(session, Acting(key, SOMEBODY, NOW.astimezone(there)), LogAct.LEFT, ANOTHER, {"b": 1, "a": "é"})
    session.expunge_all()
    (entry,) = lines(session)
    assert (entry.seq, entry.act, entry.by_id, entry.about_id) == (1, "left", SOMEBODY, ANOTHER)
    assert entry.at == NOW.replace(microsecond=0)
    assert entry.details == '{"a":"é","b":1}'
    assert entry.previous == BEFORE_THE_FIRST


def test_own_lines_are_those_by_or_about_a_person_last_first(session: Session, key: SiteKey) -> None:
    for by, about in ((SOMEBODY, None), (ANOTHER, None), (ANOTHER, SOMEBODY), (None, ANOTHER)):
        add_line(session, Acting(key, by, NOW), LogAct.EXPORTED, about, {})
    add_line(session, Acting(key, None, NOW), LogAct.LEFT, SOMEBODY, {})
    assert [entry.seq for entry in lines(session, of=SOMEBODY)] == [5, 3, 1]
    assert [entry.seq for entry in lines(session, of=SOMEBODY, acts=[LogAct.LEFT])] == [5]
    assert [entry.seq for entry in lines(session, limit=2)] == [5, 4]


@pytest.mark.parametrize(
    "change",
    ["UPDATE log_entry SET details = '{}'", "UPDATE log_entry SET seq = seq", "DELETE FROM log_entry"],
)
def test_a_line_can_be_neither_changed_nor_removed(databases: Databases, key: SiteKey, change: str) -> None:
    with databases.school.write() as session:
        write_log(session, key)
    with pytest.raises(DBAPIError, match="append-only"), databases.school.write() as session:
        session.execute(text(change))
    with databases.school.session(write=False) as session:
        assert verify_log(session, key) == []
        assert newest_line(session)[0] == LINES


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("table", ["log_entry", "incident_entry"])
def test_the_logs_cannot_be_emptied_at_once(databases: Databases, key: SiteKey, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), databases.school.write() as session:
        session.execute(text(f"TRUNCATE {table} CASCADE"))


def test_two_who_write_at_once_make_one_chain(databases: Databases, key: SiteKey) -> None:
    def write(number: int) -> None:
        with databases.school.write() as session:
            add_line(session, Acting(key, SOMEBODY, NOW), LogAct.EXPORTED, None, {"number": number})

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(24)))
    with databases.school.session(write=False) as session:
        assert verify_log(session, key) == []
        assert newest_line(session)[0] == 24


def test_a_tail_that_was_cut_shows_to_whoever_has_seen_it_alone(session: Session, key: SiteKey) -> None:
    write_log(session, key)
    seen = newest_line(session)
    rest_triggers(session)
    session.execute(text(f"DELETE FROM log_entry WHERE seq > {LINES - 2}"))
    session.expunge_all()
    assert verify_log(session, key) == [], "nothing on the machine can tell"
    assert not still_stands(session, *seen)
    for _ in range(3):
        add_line(session, Acting(key, None, NOW), LogAct.LEFT, None, {})
    assert not still_stands(session, *seen), "nor where the log has become as long again"


def test_a_log_that_goes_on_still_has_what_was_seen_and_nothing_seen_raises_no_alarm(
    session: Session, key: SiteKey
) -> None:
    nothing = newest_line(session)
    write_log(session, key)
    seen = newest_line(session)
    add_line(session, Acting(key, None, NOW), LogAct.LEFT, None, {})
    assert still_stands(session, *nothing)
    assert still_stands(session, *seen)


def test_a_chain_computed_anew_with_the_site_key_shows_to_whoever_has_seen_its_end(
    session: Session, key: SiteKey
) -> None:
    write_log(session, key)
    seen = newest_line(session)
    rest_triggers(session)
    rows = list(session.scalars(select(LogEntry).order_by(LogEntry.seq)))
    rows[3].details = "{}"
    chain(rows, key)
    session.flush()
    assert verify_log(session, key) == [], "nothing on the machine can tell"
    assert not still_stands(session, *seen)


def test_a_line_that_only_bears_the_hash_that_was_seen_does_not_stand(session: Session, key: SiteKey) -> None:
    write_log(session, key)
    seen = newest_line(session)
    rest_triggers(session)
    session.get_one(LogEntry, LINES).details = "{}"
    session.flush()
    assert not still_stands(session, *seen)


def test_another_site_key_shows_a_chain_as_not_written_here(session: Session, key: SiteKey) -> None:
    write_log(session, key)
    found = verify_log(session, SiteKey(bytes(32)))
    assert found == [LogFinding(LogTamper.RECOMPUTED, seq) for seq in range(1, LINES + 1)]


def test_every_act_and_every_finding_has_its_sentence() -> None:
    assert set(ACT_WORDS) == set(LogAct)
    assert set(TAMPER_WORDS) == set(LogTamper)
