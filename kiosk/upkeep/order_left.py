"""`kiosk doctor --privacy`: whether reports lie on the disk in the order in which children told (promise A5).

A merge writes what came in one slot in the order of its random ids, so that is how it lies on PostgreSQL from then on.
What was written one by one lies in the order of arrival, which is unrelated to the ids. On SQLite these tables lie in
the order of their ids by themselves.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, groupby

from sqlalchemy import Connection, text

from kiosk.config import SettingError
from kiosk.db import Database

FEW_PAIRS = 20  # fewer say nothing: chance alone makes any order of a handful
IN_ORDER = 0.5  # Kendall's tau: 1 after a merge, near 0 for what was written one by one
TOAST_BY_NUMBER = 170_000  # the version of PostgreSQL from which on a role may ask for the numbers
# Reading a report writes its row anew: only those that nobody has read yet lie where the merge put them.
_ROWS = """SELECT id, day, slot, row_number() OVER (ORDER BY age(xmin) DESC, ctid) FROM report
    WHERE NOT urgent AND state IN ('new', 'released')"""
_LONG = """SELECT id, day, slot, pg_column_toast_chunk_id(envelope)::bigint FROM report
    WHERE NOT urgent AND pg_column_toast_chunk_id(envelope) IS NOT NULL"""
_LONG_OF_AN_OWNER = """SELECT id, day, slot, chunk_id::bigint FROM report JOIN {kept_in} ON chunk_seq = 0
    AND substring(envelope FOR 64) = substring(chunk_data FOR 64) WHERE NOT urgent"""
_KEPT_IN = """SELECT reltoastrelid::regclass::text FROM pg_class
    WHERE oid = 'report'::regclass AND has_schema_privilege('pg_toast', 'USAGE')"""


@dataclass(frozen=True)
class Place:
    """Where a report lies: a number that grows along the disk, beside its id and its slot."""

    id: str
    slot: tuple[str, str]
    at: int


def check_order(reports: Database) -> str:
    """Raise SettingError if rows on PostgreSQL, or their long values, lie in another order than that of a merge."""
    with reports.engine.connect() as connection:
        looked_at = list(_orders(connection))
    for name, places in looked_at:
        tau = tau_of(places)
        if tau is not None and tau < IN_ORDER:
            raise SettingError(
                f"{name} do not lie as a merge writes them, so they may tell in which order children told; an older"
                " kiosk wrote them so, or somebody put a copy back row by row. Delete old copies, and move the"
                " database by a dump if you want them to lie anew"
            )
    return f"{' and '.join(name for name, _places in looked_at)} lie as a merge writes them"


def tau_of(places: Iterable[Place]) -> float | None:
    """Kendall's tau between the order of ids and that on the disk, within each slot; None where few can be compared."""
    by_slot = sorted(places, key=lambda one: (one.slot, one.id))
    agree = [
        first.at < second.at
        for _slot, some in groupby(by_slot, key=lambda one: one.slot)
        for first, second in combinations(list(some), 2)
    ]
    return 2 * sum(agree) / len(agree) - 1 if len(agree) >= FEW_PAIRS else None


def _orders(connection: Connection) -> Iterator[tuple[str, list[Place]]]:
    yield "rows", _places(connection, _ROWS)
    if int(connection.execute(text("SHOW server_version_num")).scalar_one()) >= TOAST_BY_NUMBER:
        yield "long values", _places(connection, _LONG)
    elif kept_in := connection.execute(text(_KEPT_IN)).scalar():
        yield "long values", _places(connection, _LONG_OF_AN_OWNER.format(kept_in=kept_in))


def _places(connection: Connection, question: str) -> list[Place]:
    rows = connection.execute(text(question))
    return [Place(uuid.UUID(str(id)).hex, (str(day), str(slot)), int(at)) for id, day, slot, at in rows]
