"""The log of powers: added to and never changed, one chain however many write, and proven by an anchor in words."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.audit.log import BEFORE_THE_FIRST, Acting, LogAct, LogEntry, add_line, lines, newest_line
from kiosk.audit.verify import Anchor, LogFinding, LogTamper, anchor_of, read_anchor, verify
from kiosk.audit.words import ACT_WORDS, TAMPER_WORDS
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.wording.messages import Refused
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
        assert verify(session, key) == []
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
        assert verify(session, key) == []
        assert newest_line(session)[0] == 24


def test_a_tail_that_was_cut_shows_against_the_last_anchor_alone(session: Session, key: SiteKey) -> None:
    write_log(session, key)
    anchor = anchor_of(session)
    rest_triggers(session)
    session.execute(text(f"DELETE FROM log_entry WHERE seq > {LINES - 2}"))
    session.expunge_all()
    assert verify(session, key) == []
    assert verify(session, key, anchor) == [LogFinding(LogTamper.ANCHOR_GONE, LINES - 2)]
    numbered = Anchor(LINES, anchor.words)  # as earlier versions mailed it
    assert verify(session, key, numbered) == [LogFinding(LogTamper.TRUNCATED, LINES - 2)]
    for _ in range(2):
        add_line(session, Acting(key, None, NOW), LogAct.LEFT, None, {})
    assert verify(session, key, anchor) == [LogFinding(LogTamper.ANCHOR_GONE, LINES)]
    assert verify(session, key, numbered) == [LogFinding(LogTamper.ANCHOR_MISMATCH, LINES)]


def test_an_anchor_from_before_the_first_line_raises_no_false_alarm(session: Session, key: SiteKey) -> None:
    anchor = read_anchor(str(anchor_of(session)))
    assert verify(session, key, anchor) == []
    write_log(session, key)
    assert verify(session, key, anchor) == []


def test_a_chain_computed_anew_with_the_site_key_shows_against_an_anchor(
    session: Session, key: SiteKey
) -> None:
    write_log(session, key)
    anchor = anchor_of(session)
    rest_triggers(session)
    rows = list(session.scalars(select(LogEntry).order_by(LogEntry.seq)))
    rows[3].details = "{}"
    chain(rows, key)
    session.flush()
    assert verify(session, key) == [], "nothing on the machine can tell"
    assert verify(session, key, anchor) == [LogFinding(LogTamper.ANCHOR_GONE, LINES)]


def test_another_site_key_shows_a_chain_as_not_written_here(session: Session, key: SiteKey) -> None:
    write_log(session, key)
    found = verify(session, SiteKey(bytes(32)))
    assert found == [LogFinding(LogTamper.RECOMPUTED, seq) for seq in range(1, LINES + 1)]


def test_an_anchor_is_read_as_people_type_it(session: Session, key: SiteKey) -> None:
    write_log(session, key)
    anchor = anchor_of(session)
    typed = f"  {LINES}:\n" + ", ".join(word[:4].upper() for word in anchor.words)
    assert read_anchor(typed) == Anchor(LINES, anchor.words)
    words_alone = read_anchor(" ".join(anchor.words))
    assert words_alone == read_anchor(str(anchor)) == anchor == Anchor(None, anchor.words)
    assert verify(session, key, words_alone) == verify(session, key, read_anchor(typed)) == []
    gone = Anchor(None, anchor.words[::-1])
    assert verify(session, key, gone) == [LogFinding(LogTamper.ANCHOR_GONE, LINES)]
    assert verify(session, key, Anchor(3, anchor.words)) == [LogFinding(LogTamper.ANCHOR_MISMATCH, 3)]


@pytest.mark.parametrize(
    "typed", ["", "12", "12 academic", "academic " * 11, "1 2 " + "academic " * 12, "12 " + "zebra " * 12]
)
def test_an_anchor_that_cannot_be_one_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        read_anchor(typed)


def test_every_act_and_every_finding_has_its_sentence() -> None:
    assert set(ACT_WORDS) == set(LogAct)
    assert set(TAMPER_WORDS) == set(LogTamper)
