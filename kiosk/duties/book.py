"""The book as pages show it: every duty that the school has switched on, late ones first, and the lines of one."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.duties.kind import Counts, Duty, Kinds
from kiosk.duties.lists import OF_PEOPLE
from kiosk.duties.models import DutyLine, DutyState, LineKind
from kiosk.duties.people import People, Step, chain, steps_taken
from kiosk.duties.periods import counts_from, first_due
from kiosk.site import Site

TASK = "task/"  # what stands before the line that opened a task
MOST_LINES = 60
MOST_OF_EACH = 30  # named on the page of one duty


@dataclass(frozen=True)
class Entry:
    """One duty with what is open of it."""

    duty: Duty
    states: tuple[
        DutyState, ...
    ]  # of each thing that is open, the first due first; of what never began, none
    whole: DutyState | None  # whether it is switched on, applies here, was given to somebody
    due: date | None
    today: date
    done: int = (
        0  # how many of several are done for now; of each on a day of its own, how many are not past it
    )

    @property
    def things(self) -> tuple[DutyState, ...]:
        """What is done of it, without what was found on the way and has to be put right."""
        return tuple(one for one in self.states if not one.of.startswith(TASK))

    @property
    def late(self) -> tuple[DutyState, ...]:
        """What of it is past its day."""
        return tuple(one for one in self.states if one.due_on and one.due_on < self.today)

    @property
    def last(self) -> DutyState | None:
        """What was done last of it."""
        return max((one for one in self.states if one.done_on), key=lambda one: one.done_on, default=None)  # type: ignore[arg-type,return-value]

    @property
    def not_done(self) -> str:
        """The sentence that says what it means that it was not done."""
        late = [one for one in self.things if one in self.late]
        names = [one.label for one in late if one.label]
        about_people = bool(OF_PEOPLE.intersection(self.duty.each))
        if "{what}" not in self.duty.not_done:
            return self.duty.not_done
        some = f"{len(late)} of {len(self.things)}"
        return self.duty.not_done.replace(
            "{what}", names[0] if len(names) == 1 and not about_people else some
        )


def is_on(duty: Duty, kinds: Kinds, whole: DutyState | None, today: date) -> bool:
    """Whether a duty stands in the school's book: always, by its own file, or switched on; and it applies here."""
    if duty.always:
        return True
    if applies_not(whole, today):
        return False
    return duty.id in kinds.own or bool(whole and whole.switched_on)


def applies_not(whole: DutyState | None, today: date) -> bool:
    """Whether two have said that a duty does not apply here, and that still holds."""
    return bool(whole and whole.not_here_until and whole.not_here_until >= today)


def left_off(kinds: Kinds, states: Mapping[str, Sequence[DutyState]], today: date) -> list[Duty]:
    """What the school has neither switched on nor said not to apply here."""
    wholes = {id: next((one for one in some if not one.of), None) for id, some in states.items()}
    return [
        duty
        for id, duty in kinds.all.items()
        if not is_on(duty, kinds, wholes.get(id), today) and not applies_not(wholes.get(id), today)
    ]


def as_of(duty: Duty, of: str) -> Duty:
    """A duty as one of its things is done: a task stays open while it is not right, and opens no other."""
    if not of.startswith(TASK):
        return duty
    done = tuple(one for one in duty.counts.done if one not in duty.opens_task)
    counts = Counts(done=done, open=(*duty.counts.open, *duty.opens_task))
    return duty.model_copy(update={"counts": counts, "opens_task": ()})


def may_see(duty: Duty, staff: StaffMember) -> bool:
    """Whether somebody may know of a duty at all."""
    return not duty.seen_by or not staff.roles.isdisjoint(duty.seen_by)


def all_states(session: Session, hold: bool = False) -> dict[str, list[DutyState]]:
    """Where everything stands, by duty; one query. `hold` locks it."""
    found: dict[str, list[DutyState]] = {}
    wanted = select(DutyState).order_by(DutyState.due_on, DutyState.label)
    for state in session.scalars(wanted.with_for_update() if hold else wanted):
        found.setdefault(state.duty, []).append(state)
    return found


def state_of_each(session: Session, kinds: Kinds, name: str, of: str) -> DutyState | None:
    """Where one of a list stands in the duty that is done for each of that list."""
    ids = [duty.id for duty in kinds.all.values() if duty.each == (name,)]
    return session.scalar(select(DutyState).where(DutyState.duty.in_(ids), DutyState.of == of).limit(1))


def entry_of(site: Site, duty: Duty, states: Iterable[DutyState], today: date) -> Entry:
    """A duty with what is open of it; before kiosk has looked once, it is due at the end of its first period."""
    some = list(states)
    whole = next((one for one in some if not one.of), None)
    shown = tuple(
        one for one in some if one.due_on or (one.of and one.done_on and not one.of.startswith(TASK))
    )
    dues = [one.due_on for one in shown if one.due_on]
    due = min(dues, default=None)
    if due is None and not shown and not duty.waits and not duty.each:
        due = first_due(site.calendar, duty, today)
    own_day = duty.when.every == "own-day"
    done = [
        one.due_on is None or one.due_on >= today
        if own_day
        else not may_do_now(site.calendar, duty, one, today)
        for one in shown
        if not one.of.startswith(TASK)
    ]
    return Entry(duty, shown, whole, due, today, sum(done))


def may_do_now(calendar: SchoolCalendar, duty: Duty, state: DutyState, today: date) -> bool:
    """Whether doing it today counts for what is open of it; what was done for its period waits for the next one."""
    if state.due_on is None or state.of.startswith(TASK):
        return state.due_on is not None
    return counts_from(calendar, duty, state.was_due or state.due_on) <= today


def read_book(session: Session, site: Site, staff: StaffMember) -> tuple[list[Entry], list[Duty]]:
    """What stands in the book for this person, the first due first; and what the school may switch on."""
    today, states = site.today(), all_states(session)
    on: list[Entry] = []
    off: list[Duty] = []
    for duty in site.duties.all.values():
        if not may_see(duty, staff):
            continue
        entry = entry_of(site, duty, states.get(duty.id, ()), today)
        if is_on(duty, site.duties, entry.whole, today):
            on.append(entry)
        else:
            off.append(duty)
    return sorted(on, key=lambda one: (one.due or date.max, one.duty.title)), off


@dataclass(frozen=True)
class Mine:
    """A duty of somebody's, or one that has come up to them: who had it and who gets it next."""

    duty: Duty
    state: DutyState
    steps: tuple[Step, ...] = ()
    taken: int = 0


def for_person(
    session: Session, site: Site, people: People, staff: StaffMember, today: date, until: date
) -> tuple[list[Mine], list[Mine], int, int]:
    """What has come up to somebody, what is theirs by a day, how many duties are late, and how many left off."""
    up, own, late = list[Mine](), list[Mine](), set[str]()
    found = all_states(session)
    for id, states in found.items():
        duty = site.duties.all.get(id)
        whole = next((one for one in states if not one.of), None)
        if duty is None or not may_see(duty, staff) or not is_on(duty, site.duties, whole, today):
            continue
        for state in states:
            if state.due_on is None or state.due_on > until:
                continue
            if state.due_on < today:
                late.add(id)
            if any(one.id == staff.id for one in people.doers(duty, state)):
                if may_do_now(site.calendar, duty, state, today):
                    own.append(Mine(duty, state))
                continue
            steps = chain(site.calendar, duty, state, people)
            taken = steps_taken(steps, state.due_on, today)
            if any(one.id == staff.id for step in steps[1:taken] for one in step.people):
                up.append(Mine(duty, state, tuple(steps), taken))
    off = [one for one in left_off(site.duties, found, today) if not one.seen_by]  # as the term page counts
    return _one_each(up), _one_each(own), len(late), len(off)


def _one_each(some: Sequence[Mine]) -> list[Mine]:
    """Of each duty the one that is due first: a page is no list of thirty classes."""
    found: dict[str, Mine] = {}
    for one in sorted(some, key=lambda one: (one.state.due_on or date.max, one.duty.title)):
        found.setdefault(one.duty.id, one)
    return list(found.values())


def lines_of(session: Session, duty: Duty) -> Sequence[DutyLine]:
    """The newest lines of a duty, the newest first."""
    wanted = select(DutyLine).where(DutyLine.duty == duty.id).order_by(DutyLine.seq.desc()).limit(MOST_LINES)
    return session.scalars(wanted).all()


def taken_back(lines: Iterable[DutyLine]) -> frozenset[uuid.UUID]:
    """Which lines their writers took back within the minute."""
    return frozenset(one.about_id for one in lines if one.kind is LineKind.TAKEN_BACK and one.about_id)


def names_in(people: People, some: Iterable[uuid.UUID | None], session: Session) -> Mapping[uuid.UUID, str]:
    """The names of those who wrote lines, also of those who have left."""
    ids = {one for one in some if one}
    names = {id: one.name for id, one in people.all.items() if id in ids}
    if missing := ids - names.keys():
        rows = session.execute(select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(missing)))
        names |= {row.id: row.name for row in rows}
    return names
