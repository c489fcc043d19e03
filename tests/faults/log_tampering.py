"""A log and somebody who changes it by hand: as rows, so that a thousand changes are tried in a moment."""

import random
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from kiosk.audit.log import BEFORE_THE_FIRST, Acting, Details, LogAct, LogEntry, add_line, hash_of, mark_of
from kiosk.sealing.site_key import SiteKey

LINES = 12
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
ACTS = (LogAct.INVITED, LogAct.LINK_MADE, LogAct.KEYS_MADE, LogAct.CHANGE_AGREED, LogAct.SHEETS_PROVEN)
Rows = list[LogEntry]
TOLD = ("at", "act", "by_id", "about_id", "details")  # what a line says
FIELDS = (*TOLD, "previous", "hash", "mark")


def write_log(session: Session, site_key: SiteKey) -> None:
    """A log of a few lines, as kiosk writes it."""
    people = [uuid.UUID(int=number) for number in range(1, 4)]
    for number in range(LINES):
        by, about = people[number % 3], people[(number + 1) % 3] if number % 4 else None
        details: Details = {"what": f"line {number}", "count": number}
        at = START + timedelta(hours=number)
        add_line(session, Acting(site_key, by, at), ACTS[number % len(ACTS)], about, details)


def rest_triggers(session: Session, *tables: str) -> None:
    """What somebody who owns the database does first; on PostgreSQL for every table, until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for table in ("log_entry", *tables):
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))


def copy(row: LogEntry) -> LogEntry:
    """The same line as a row of its own."""
    return LogEntry(**{name: getattr(row, name) for name in ("seq", *FIELDS)})


def change(rows: Rows, by_chance: random.Random, fields: Sequence[str] = FIELDS) -> str:
    """One field of one line is another."""
    row, other = by_chance.sample(rows, 2)
    name = by_chance.choice(fields)
    found = getattr(row, name)
    if isinstance(found, bytes):
        place = by_chance.randrange(len(found))
        value: object = (
            found[:place] + bytes([found[place] ^ 1 << by_chance.randrange(8)]) + found[place + 1 :]
        )
    elif isinstance(found, datetime):
        value = found + timedelta(seconds=by_chance.choice((-3600, -1, 1, 60)))
    elif name in ("by_id", "about_id"):
        value = None if found and by_chance.random() < 0.5 else uuid.UUID(int=by_chance.randrange(10, 99))
    else:
        value = getattr(other, name) if getattr(other, name) != found else f"{found} "
    setattr(row, name, value)
    return name


def remove(rows: Rows, by_chance: random.Random) -> str:
    """A line before the last is gone, and perhaps the numbers after it were closed up."""
    place = by_chance.randrange(len(rows) - 1)
    del rows[place]
    if by_chance.random() < 0.5:
        for number, row in enumerate(rows, start=1):
            row.seq = number
        return "closed up"
    return "gap"


def reorder(rows: Rows, by_chance: random.Random) -> str:
    """Two lines changed their places, with or without their numbers in the hash."""
    one, other = by_chance.sample(range(len(rows)), 2)
    rows[one].seq, rows[other].seq = rows[other].seq, rows[one].seq
    if by_chance.random() < 0.5:
        for row in (rows[one], rows[other]):
            row.hash = hash_of(row, row.previous)
    return "swapped"


def recompute(rows: Rows, by_chance: random.Random) -> str:
    """A line was changed or removed and the whole chain computed anew, by somebody without the site key."""
    if by_chance.random() < 0.5:
        change(rows, by_chance, TOLD)
    else:
        remove(rows, by_chance)
    chain(rows)
    if by_chance.random() < 0.5:
        stranger = SiteKey(by_chance.randbytes(32))
        for row in rows:
            row.mark = mark_of(stranger, row.hash)
    return "recomputed"


def cut(rows: Rows, by_chance: random.Random) -> str:
    """The newest lines are gone; nothing before them tells of it."""
    keep = by_chance.randrange(len(rows))
    del rows[keep:]
    return "cut"


def chain(rows: Rows, site_key: SiteKey | None = None) -> None:
    """Compute numbers and hashes anew, and the marks too for somebody who has the site key."""
    previous = BEFORE_THE_FIRST
    for number, row in enumerate(sorted(rows, key=lambda row: row.seq), start=1):
        row.seq, row.previous = number, previous
        row.hash = previous = hash_of(row, previous)
        if site_key:
            row.mark = mark_of(site_key, row.hash)


KINDS: dict[str, Callable[[Rows, random.Random], str]] = {
    "changed": change,
    "removed": remove,
    "reordered": reorder,
    "recomputed": recompute,
    "cut": cut,
}
