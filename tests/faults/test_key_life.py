"""Nobody who is kept out is ever able, nothing goes blind unsaid, and no forged list of readers is believed."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases
from kiosk.readers.agreeing import why_not
from kiosk.readers.freezing import counts
from kiosk.readers.holders import waiting_keys
from kiosk.readers.listing import add_recovered
from kiosk.readers.proposals import propose_key
from kiosk.readers.sheets import recovered_list
from kiosk.report.access import renew_with_recovery
from kiosk.report.intake import RECOVERY_ID
from kiosk.report.keyring import Keyring, read_keyring
from kiosk.report.models import KeyDue, Reader, Report, ReportReader
from kiosk.report.opening import EARLIER_KEYS
from kiosk.report.reading_routes import FEWEST_READERS, ROUTES, may_read, readers_for
from kiosk.sealing.envelope import EnvelopeBroken, unseal, unwrap
from kiosk.sealing.reader_key import mark_of
from kiosk.sealing.site_key import make_site_key
from tests.factories import RECOVERY_PRIVATE, RECOVERY_SECRET
from tests.faults.figures import reached, trials
from tests.faults.key_life import KeyLife
from tests.faults.key_life_forging import forges
from tests.faults.key_life_steps import STEPS

LIVES, LENGTH = trials(3, 200), trials(80, 1_000)
OPENS_EACH = 20  # in so many steps everybody tries every report with their key, whatever the rows say
NAMES = {step: step.__name__ for step in [*STEPS, forges]}


@dataclass
class Watched:
    """What was seen at the end of the step before."""

    states: dict[uuid.UUID, "State"] = field(default_factory=dict)  # by report
    people: list[Reader] = field(default_factory=list)  # the copy of readers
    between: list["State"] = field(default_factory=list)  # inside the step, right after readers were told

    def look(self, life: KeyLife) -> None:
        """Remember how it was in the midst of a step."""
        self.between += state_of(life)
        self.people += people_of(life)

    written: tuple[int, date] | None = None
    looked_at: dict[uuid.UUID, bytes] = field(default_factory=dict)  # envelopes that two sheets have opened


@pytest.mark.database("sqlite")
def test_nobody_kept_out_is_ever_able_nothing_goes_blind_unsaid_and_two_readers_or_the_sheets_end_it(
    databases: Databases, config: Config, tmp_path: Path
) -> None:
    done = dict.fromkeys(NAMES.values(), 0)
    began = process_time()
    for number in range(LIVES):
        with databases.school.writing() as school, databases.reports.writing() as reports:
            life = KeyLife(
                *(school, reports, databases.sessions, config, make_site_key(tmp_path / f"{number}.key")),
                *(SchoolCalendar(ZoneInfo("Europe/London")), Random(number)),
            )
            life.begin()
            seen = Watched()
            life.after_catching_up = partial(seen.look, life)
            list(problems(life, seen))
            steps = life.chance.choices([*STEPS, forges], weights=[*STEPS.values(), 3], k=LENGTH)
            for place, step in enumerate(steps):
                step(life)
                done[NAMES[step]] += 1
                wrong = list(problems(life, seen, thorough=place % OPENS_EACH == 0))
                assert not wrong, f"life {number}, step {place} ({NAMES[step]}): {wrong[0]}"
            ends(life)
            assert not blind(life), f"life {number}: neither two readers nor the sheets could end it"
            school.rollback()
            reports.rollback()
    pace = LIVES * LENGTH / (process_time() - began)
    reached("life of keys", f"{LIVES} lives of {LENGTH} steps, 0 wrong, {pace:.0f} steps a second: {done}")
    assert all(done.values())


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
    due = set(life.reports.scalars(select(KeyDue.report_id)))
    wraps: dict[uuid.UUID, dict[uuid.UUID, tuple[bytes, bytes]]] = {id: {} for id in life.kept_out}
    for report, reader, mark, wrapped in life.reports.execute(
        select(
            ReportReader.report_id, ReportReader.reader_id, ReportReader.key_mark, ReportReader.wrapped
        ).where(ReportReader.report_id.in_(wraps))
    ):
        wraps[report][reader] = (mark, wrapped)
    found = []
    here = [one for one in ring.readers if one.able and not one.absent]
    for id, route, version, envelope in life.reports.execute(
        select(Report.id, Report.route, Report.envelope_version, Report.envelope).where(Report.id.in_(wraps))
    ):
        hexes = {person.hex for person in life.kept_out[id]}
        could = {one.id for one in readers_for(ROUTES[route], here, hexes)}
        able = able_of(ring, route, wraps[id])
        found.append(State(id, route, envelope, version, wraps[id], able, frozenset(could), id in due))
    return found


def able_of(ring: Keyring, route: str, wrapped: dict[uuid.UUID, tuple[bytes, bytes]]) -> frozenset[uuid.UUID]:
    """Who can open a report: in the list, not waiting, here, with a role of its route and a key that fits."""
    return frozenset(
        one.id
        for one in ring.readers
        if one.listed
        and not one.waits
        and not one.absent
        and one.public_key
        and may_read(ROUTES[route], one.roles.split())
        and one.id in wrapped
        and wrapped[one.id][0] == mark_of(one.public_key)
    )


def problems(life: KeyLife, seen: Watched, thorough: bool = False) -> Iterator[str]:
    """Everything that must not be, at this moment; looked for only where something was written, or the day is new."""
    now = life.written()
    if now == seen.written and not thorough:
        return
    states = {one.id: one for one in state_of(life)}
    for one in states.values():
        for person in life.kept_out[one.id] & one.wrapped.keys():
            yield f"{person} is kept out of {one.id} and has a wrap"
        if len(one.able) < FEWEST_READERS and one.could - one.able and not one.noted:
            yield f"{one.id} has {len(one.able)} able readers, others could, and it is not noted"
        yield from not_recoverable(one, seen)
    people = people_of(life)
    yield from told_wrongly(life, seen, states, [*seen.people, *people])
    seen.states, seen.people, seen.between = states, people, []
    seen.looked_at = {one.id: one.envelope for one in states.values()}
    if thorough:
        yield from opened_by_those_kept_out(life)
    life.forget_mail()
    seen.written = life.written()


def people_of(life: KeyLife) -> list[Reader]:
    """The copy of readers as it is now."""
    people = list(life.reports.scalars(select(Reader)))
    for person in people:
        life.reports.expunge(person)
    return people


def told_wrongly(
    life: KeyLife, seen: Watched, now: dict[uuid.UUID, "State"], people: list[Reader]
) -> Iterator[str]:
    """Where fewer than before, and fewer than two, can read a report, those whom it concerns are told, nobody else."""
    told, may = life.alarmed(), set()
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
        must -= {one.email for one in people if one.id in life.kept_out.get(id, ())}
        if not must <= told:
            yield f"{id} has {len(after.able)} able readers, and {must - told} are not told"
    if told - may:
        yield f"{told - may} are told of reports that do not concern them"


def concerned(steps: list["State"], people: list[Reader]) -> tuple[set[str], set[str]]:
    """The addresses of those who had access to a report, and of those whose role its route reads; nobody kept out."""
    route = ROUTES[steps[-1].route]
    never = {one.id for one in people if set(one.roles.split()) & set(route.never)}
    holders = {reader for one in steps for reader in one.wrapped}
    free = [one for one in people if one.id not in never]
    return (
        {one.email for one in free if one.id in holders},
        {one.email for one in free if may_read(route, one.roles.split())},
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


def ends(life: KeyLife) -> None:
    """What a school does when it has had enough: everybody comes, two readers confirm what waits, or the sheets do."""
    life.keys_open_again()
    able = [one for one in life.readers() if counts(life.school, life.chain, one, life.today)]
    if len(able) < FEWEST_READERS:
        by_sheets(life)
    for key in waiting_keys(life.school, life.chain):
        proposal = propose_key(life.school, key, key.staff, life.today)
        agreed = any(life.agrees(proposal, one) for one in able)
        why = [why_not(life.school, life.chain, proposal, one, life.today) for one in able if not agreed]
        life.work()
        if any(
            "has to confirm" in reason for reason in why
        ):  # of principal and chair the other one, who is not there
            by_sheets(life)
            break
        assert agreed, f"the key of {key.staff.name} cannot be confirmed: {why}"
    for _ in range(8):
        life.another_day()
    for _ in range(2):
        for person in life.people():
            life.sign_in(person)
        life.work()
    if blind(life):  # everybody who could open a report has forgotten the password since
        by_sheets(life)


def by_sheets(life: KeyLife) -> None:
    """Two sheets put every reader of now into the list, and give them what they may read."""
    everybody = waiting_keys(life.school, life.chain)
    listed = recovered_list(life.school, life.chain, everybody, life.today)
    add_recovered(life.reports, listed, RECOVERY_SECRET, life.today)
    life.work()
    renew_with_recovery(life.reports, RECOVERY_SECRET.private_key, life.today)


def blind(life: KeyLife) -> list[State]:
    """Open reports that fewer can open than could be given them."""
    return [one for one in state_of(life) if len(one.able) < min(FEWEST_READERS, len(one.could))]
