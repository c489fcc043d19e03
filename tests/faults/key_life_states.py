"""Who can open each report of a life of keys, worked out from the rows, and who could be given it."""

import uuid
from dataclasses import dataclass

from kiosk.report.access.keyring import Keyring, read_keyring
from kiosk.report.access.routes import ROUTES, may_read, readers_for
from kiosk.sealing.reader_key import mark_of
from tests.faults.key_life import KeyLife
from tests.faults.key_life_rows import asked, by_hex

WRAPS = "SELECT report_id, reader_id, key_mark, wrapped FROM report_reader WHERE report_id IN ({})"
ENVELOPES = "SELECT id, route, envelope_version, envelope FROM report WHERE id IN ({})"


@dataclass(frozen=True)
class State:
    """One open report: who can open it now, who could be given it, and whether it is noted for a renewal."""

    id: uuid.UUID
    route: str
    envelope: bytes
    envelope_version: int
    wrapped: dict[uuid.UUID, tuple[bytes, bytes]]  # by reader: the mark of the key, and the case key under it
    able: frozenset[uuid.UUID]
    could: frozenset[uuid.UUID]
    noted: bool


def state_of(life: KeyLife) -> list[State]:
    """Every open report, worked out from the rows."""
    ring = read_keyring(life.reports, today=life.today)
    due = {by_hex(id) for (id,) in asked(life.reports, "SELECT report_id FROM key_due")}
    wraps: dict[uuid.UUID, dict[uuid.UUID, tuple[bytes, bytes]]] = {id: {} for id in life.kept_out}
    ids = ", ".join(f"'{id.hex}'" for id in wraps)
    for report, reader, mark, wrapped in asked(life.reports, WRAPS.format(ids)):
        wraps[by_hex(report)][by_hex(reader)] = (mark, wrapped)
    found = []
    # who has a new password, or has left, opens nothing with the key of the list
    absent = life.absent() | {one.id for one in ring.readers if one.locked}
    here = [one for one in ring.readers if one.able and one.id not in absent]
    for hexed, route, version, envelope in asked(life.reports, ENVELOPES.format(ids)):
        id = by_hex(hexed)
        out = life.kept_out[id]
        heirs = {one for one, whose in life.followed.items() if whose & out and one not in wraps[id]}
        hexes = {person.hex for person in out | heirs}
        could = {one.id for one in readers_for(ROUTES[route], here, hexes)}
        able = able_of(ring, route, wraps[id]) - absent
        found.append(State(id, route, envelope, version, wraps[id], able, frozenset(could), id in due))
    return found


def able_of(ring: Keyring, route: str, wrapped: dict[uuid.UUID, tuple[bytes, bytes]]) -> frozenset[uuid.UUID]:
    """Who can open a report: in the list, not waiting, with a role of its route and a key that fits."""
    return frozenset(
        one.id
        for one in ring.readers
        if one.listed
        and not one.waits
        and one.public_key
        and may_read(ROUTES[route], one.roles.split())
        and one.id in wrapped
        and wrapped[one.id][0] == mark_of(one.public_key)
    )
