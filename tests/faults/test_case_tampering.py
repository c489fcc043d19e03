"""A thousand random tamperings with the lines of cases, each of which the log of powers gives away."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct, LogEntry, add_line, newest_line
from kiosk.audit.verify import still_stands, verify_log
from kiosk.incidents.case_log.audit_link import bind_case_log, verify_cases
from kiosk.incidents.models import Act, Incident, IncidentEntry, Level
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.factories import make_staff
from tests.faults.figures import reached, trials
from tests.faults.log_tampering import chain, copy, rest_triggers

SEED, LINES = 20261127, 12
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIELDS = ("id", "incident_id", "seq", "at", "staff_id", "act", "sealed_note")
Rows = list[IncidentEntry]
HOW = (
    *("change a note", "change who", "change when", "change what", "move to another case", "remove", "forge"),
    *("swap two notes", "remove in both", "change in both with the key", "cut both"),
)
FOUND_BY_WHO_HAS_SEEN_IT = ("change in both with the key", "cut both")


@pytest.fixture
def owner(databases: Databases, key: SiteKey) -> Session:
    """Two cases with their lines, and somebody who owns the database and has put its triggers aside."""
    bind_case_log(databases.school, key)
    with databases.school.write() as session:
        staff = [make_staff(session) for _ in range(2)]
        for number in (1, 2):
            known = {"opened_at": NOW, "next_step_by": NOW, "owner_id": staff[0].id, "level": Level.SOON}
            session.add(Incident(number=number, report_id=staff[number - 1].id, route="bullying", **known))
        session.flush()
        cases = session.scalars(select(Incident.id)).all()
        for line in range(LINES):
            given = {"incident_id": cases[line % 2], "staff_id": staff[line % 2].id, "act": list(Act)[line]}
            at, note = NOW + timedelta(hours=line), f"sealed {line}".encode()
            session.add(IncidentEntry(seq=line // 2 + 1, at=at, sealed_note=note, **given))
    with databases.school.write() as session:
        add_line(session, Acting(key, None, NOW + timedelta(days=1)), LogAct.EXPORTED, None, {})
    session = databases.school.writing()
    rest_triggers(session, "incident_entry")
    return session


def line_copy(row: IncidentEntry) -> IncidentEntry:
    return IncidentEntry(**{name: getattr(row, name) for name in FIELDS})


def tamper(how: str, rows: Rows, log: list[LogEntry], chance: random.Random, key: SiteKey) -> None:
    """What somebody does by hand, to the rows of cases and perhaps of the log."""
    row, other = chance.sample(rows, 2)
    bound = [one for one in log if one.act == LogAct.CASE_LINE]
    match how:
        case "change a note":
            row.sealed_note += b"."
        case "change who":
            row.staff_id = next(one.staff_id for one in rows if one.staff_id != row.staff_id)
        case "change when":
            row.at += timedelta(seconds=chance.choice((-60, 1, 3600)))
        case "change what":
            row.act = chance.choice([one for one in Act if one is not row.act])
        case "move to another case":
            row.incident_id = next(one.incident_id for one in rows if one.incident_id != row.incident_id)
            row.seq += 50
        case "remove":
            rows.remove(row)
        case "forge":
            made = line_copy(row)
            made.id, made.seq = type(row.id)(int=chance.getrandbits(128)), row.seq + 50
            rows.append(made)
        case "swap two notes":
            row.sealed_note, other.sealed_note = other.sealed_note, row.sealed_note
        case "remove in both":
            rows.remove(row)
            log.remove(chance.choice(bound))
        case "change in both with the key":
            del rows[-1]
            log.remove(bound[-1])
            for place, one in enumerate(log, 1):
                one.seq = place
            chain(log, key)
        case "cut both":
            last = bound[-1].seq
            del rows[-1]
            log[:] = [one for one in log if one.seq < last]


def put(session: Session, rows: Rows, log: list[LogEntry]) -> None:
    for table in (IncidentEntry, LogEntry):
        session.execute(delete(table))
    session.expunge_all()
    session.add_all([line_copy(one) for one in rows])
    session.add_all([copy(one) for one in log])
    session.flush()
    session.info.pop("case_lines", None)  # written by hand, and by no verb of kiosk
    session.expunge_all()


def test_every_random_tampering_with_a_case_is_found(owner: Session, key: SiteKey) -> None:
    seen = newest_line(owner)
    assert (verify_log(owner, key), verify_cases(owner, key)) == ([], []), "as kiosk wrote it"
    kept = [line_copy(one) for one in owner.scalars(select(IncidentEntry).order_by(IncidentEntry.at))]
    kept_log = [copy(one) for one in owner.scalars(select(LogEntry).order_by(LogEntry.seq))]
    assert (len(kept), sum(one.act == LogAct.CASE_LINE for one in kept_log)) == (LINES, LINES)
    chance, found = random.Random(SEED), Counter[str]()
    for number, how in zip(range(trials(110, 1100)), cycle(HOW), strict=False):
        rows, log = [line_copy(one) for one in kept], [copy(one) for one in kept_log]
        tamper(how, rows, log, chance, key)
        put(owner, rows, log)
        unlike_seen = not still_stands(owner, *seen)
        assert unlike_seen or verify_log(owner, key) or verify_cases(owner, key), f"trial {number}: {how}"
        if how in FOUND_BY_WHO_HAS_SEEN_IT:
            assert unlike_seen and not verify_log(owner, key), (
                f"{how}: nothing on the machine can tell of the log itself"
            )
        found[how] += 1
    put(owner, kept, kept_log)
    assert (verify_log(owner, key), verify_cases(owner, key)) == ([], []), "put back, it is in order again"
    assert still_stands(owner, *seen)
    assert set(found) == set(HOW)
    reached("tamperings with lines of cases that were found", str(found.total()))
    owner.rollback()
    owner.close()
