"""A thousand random tamperings with the log, each of which `kiosk log verify` finds, or whoever had seen its end."""

import random
from collections import Counter
from itertools import cycle

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.audit.log import LogEntry, newest_line
from kiosk.audit.verify import still_stands, verify_log
from kiosk.sealing.site_key import SiteKey
from tests.faults.figures import reached, trials
from tests.faults.log_tampering import KINDS, copy, rest_triggers, write_log

SEED = 20261125


def put(session: Session, rows: list[LogEntry]) -> None:
    session.execute(delete(LogEntry))
    session.expunge_all()
    session.add_all(copy(row) for row in rows)
    session.flush()
    session.expunge_all()


def test_every_random_tampering_with_the_log_is_found(session: Session, key: SiteKey) -> None:
    write_log(session, key)
    seen = newest_line(session)
    assert verify_log(session, key) == [], "as kiosk wrote it"
    kept = [copy(row) for row in session.scalars(select(LogEntry).order_by(LogEntry.seq))]
    rest_triggers(session)
    by_chance, found, tried = random.Random(SEED), Counter[str](), Counter[str]()
    for number, (name, tamper) in zip(range(trials(100, 1000)), cycle(KINDS.items()), strict=False):
        rows = [copy(row) for row in kept]
        how = tamper(rows, by_chance)
        put(session, rows)
        tried[name] += 1
        found_out = not still_stands(session, *seen) if name == "cut" else verify_log(session, key)
        assert found_out, f"trial {number}, {name}: {how}"
        found[name] += 1
    put(session, kept)
    assert (verify_log(session, key), still_stands(session, *seen)) == ([], True), (
        "and put back, it is in order again"
    )
    assert found == tried
    assert len(tried) == len(KINDS)
    reached("tamperings with the log that were found", f"{found.total()} of {tried.total()}")
