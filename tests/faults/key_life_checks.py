"""What must never be in a life of keys, looked for after each step."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from kiosk.report.access.opening import EARLIER_KEYS
from kiosk.report.access.routes import FEWEST_READERS, ROUTES, may_read
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.sealing.envelope import EnvelopeBroken, unseal, unwrap
from tests.factories import RECOVERY_PRIVATE
from tests.faults.key_life import KeyLife
from tests.faults.key_life_rows import Person, alarmed, by_hex, people_in_copy, send_mail, written
from tests.faults.key_life_states import State, state_of


@dataclass
class Watched:
    """What was seen at the end of the step before."""

    states: dict[uuid.UUID, State] = field(default_factory=dict)  # by report
    people: list[Person] = field(default_factory=list)  # the copy of readers
    between: list[State] = field(default_factory=list)  # inside the step, right after readers were told

    def look(self, life: KeyLife) -> None:
        """Remember how it was in the midst of a step."""
        self.between += state_of(life)
        self.people += people_in_copy(life.reports)

    written: tuple[int, date] | None = None
    looked_at: dict[uuid.UUID, bytes] = field(default_factory=dict)  # envelopes that two sheets have opened


def problems(life: KeyLife, seen: Watched, thorough: bool = False) -> Iterator[str]:
    """Everything that must not be, at this moment; looked for only where something was written, or the day is new."""
    now = written(life.reports), life.today
    if now == seen.written and not thorough:
        return
    states = {one.id: one for one in state_of(life)}
    for one in states.values():
        for person in life.kept_out[one.id] & one.wrapped.keys():
            yield f"{person} is kept out of {one.id} and has a wrap"
        if len(one.able) < FEWEST_READERS and one.could - one.able and not one.noted:
            yield f"{one.id} has {len(one.able)} able readers, others could, and it is not noted"
        yield from not_recoverable(one, seen)
    people = people_in_copy(life.reports)
    yield from told_wrongly(life, seen, states, [*seen.people, *people])
    seen.states, seen.people, seen.between = states, people, []
    seen.looked_at = {one.id: one.envelope for one in states.values()}
    if thorough:
        yield from opened_by_those_kept_out(life)
    send_mail(life.reports)
    seen.written = written(life.reports), life.today


def told_wrongly(
    life: KeyLife, seen: Watched, now: dict[uuid.UUID, State], people: list[Person]
) -> Iterator[str]:
    """Where fewer than before, and fewer than two, can read a report, those whom it concerns are told, nobody else."""
    told, may = alarmed(life.reports), set()
    for id in seen.states.keys() | now.keys():
        before, after = seen.states.get(id), now.get(id)
        steps = [one for one in (before, *seen.between, after) if one is not None and one.id == id]
        fewest = min(len(one.able) for one in steps)
        if fewest >= FEWEST_READERS:
            continue
        had, reads = concerned(steps, people)
        may |= had if fewest else had | reads
        if before is None or after is None or len(after.able) >= min(len(before.able), FEWEST_READERS):
            continue
        had, reads = concerned([before], people)
        must = had if after.able else had | reads
        out = life.kept_out.get(id, set()) | doubtful(life, id)
        must -= {one.email for one in people if one.id in out}
        if not must <= told:
            yield f"{id} has {len(after.able)} able readers, and {must - told} are not told"
    if told - may:
        yield f"{told - may} are told of reports that do not concern them"


def doubtful(life: KeyLife, report_id: uuid.UUID) -> set[uuid.UUID]:
    """Whose place changed between the sealing of a report and the end of the day that stands on it, as at a weekend.

    By that day they read the route and have no key to it, as if they were kept out: a mail would tell those who are,
    so it goes to none of them (promise S9 first).
    """
    sealed, day = life.sealed_on[report_id]
    found = {id for one in life.chain for id, entry in one.readers.items() if sealed <= entry.from_day <= day}
    for before, after in pairwise(life.chain):
        if sealed <= after.day <= day:
            both = before.readers.keys() | after.readers.keys()
            found |= {id for id in both if before.readers.get(id) != after.readers.get(id)}
    return {by_hex(id) for id in found}


def concerned(steps: list[State], people: list[Person]) -> tuple[set[str], set[str]]:
    """The addresses of those who had access to a report, and of those whose role its route reads; nobody kept out."""
    route = ROUTES[steps[-1].route]
    never = {one.id for one in people if one.roles & set(route.never)}
    holders = {reader for one in steps for reader in one.wrapped}
    free = [one for one in people if one.id not in never]
    return (
        {one.email for one in free if one.id in holders},
        {one.email for one in free if may_read(route, one.roles)},
    )


def opened_by_those_kept_out(life: KeyLife) -> Iterator[str]:
    """Everybody who is kept out and signed in tries to open the report."""
    for id, out in life.kept_out.items():
        for person in life.readers():
            if person.id in out and life.opens(person, id):
                yield f"{person.name} is kept out of {id} and opens it"


def not_recoverable(one: State, seen: Watched) -> Iterator[str]:
    """Two sheets always open a report, and no key of before stands in it as the one of now."""
    if seen.looked_at.get(one.id) == one.envelope:
        return
    try:
        case_key = unwrap(one.id, one.wrapped[RECOVERY_ID][1], RECOVERY_PRIVATE)
        _, body = unseal(one.id, one.envelope_version, one.envelope, case_key)
    except (KeyError, EnvelopeBroken) as error:
        yield f"{one.id} cannot be recovered: {error!r}"
        return
    if case_key.hex() in body.get(EARLIER_KEYS, []):
        yield f"{one.id} has its case key among the earlier ones"
