"""How each of the staff stands with each topic: what counts, what waits to be talked over, what has run out."""

import enum
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.duties.models import DutyState
from kiosk.duties.periods import period
from kiosk.roles import Role
from kiosk.site import Site
from kiosk.training.models import TrainingLine
from kiosk.training.topic import Topic

INDUCTION = "induction"  # the name under which duties ask what kiosk counts of first days
LOOKED_BACK = timedelta(days=3 * 366)  # no line that is older can be in date, but of what is done once


class State(enum.StrEnum):
    """How somebody stands with a topic."""

    NOT_ASKED = "not_asked"
    IN_DATE = "in_date"
    SOON = "soon"  # it runs out by the end of the term
    RUN_OUT = "run_out"
    NOT_TALKED = "not_talked"  # read or heard, and does not count yet
    OPEN = "open"  # of the first days
    NEVER = "never"


@dataclass(frozen=True)
class Standing:
    """One person and one topic."""

    topic: Topic
    state: State
    line: TrainingLine | None = None  # what counts, the newest
    waits: TrainingLine | None = None  # the newest that does not count yet
    until: date | None = None  # by when it is done again, or has to be done

    def holds(self, today: date) -> bool:
        """Whether what was done of it counts, and is in date."""
        return self.line is not None and (self.until is None or self.until >= today)


@dataclass(frozen=True)
class PersonTraining:
    """Somebody's training, a standing for each topic."""

    staff: StaffMember
    of: Mapping[str, Standing]
    first_days: DutyState | None  # of somebody who is new, or was since the duty is in the book

    @property
    def first_days_done(self) -> date | None:
        """The day on which the first days were done."""
        return self.first_days.done_on if self.first_days and self.first_days.due_on is None else None

    def asked(self, topics: Iterable[Topic]) -> list[Standing]:
        """How they stand with those of some topics that are asked of them."""
        found = (self.of[one.id] for one in topics)
        return [one for one in found if one.state is not State.NOT_ASKED]

    def to_do(self) -> list[Standing]:
        """What wants doing, the first due first."""
        some = [one for one in self.of.values() if one.state in WANTS_DOING]
        return sorted(some, key=lambda one: (one.until or date.max, one.topic.place))


WANTS_DOING = (State.SOON, State.RUN_OUT, State.NOT_TALKED, State.OPEN, State.NEVER)


def training_of(
    session: Session, site: Site, staff: Sequence[StaffMember], today: date
) -> list[PersonTraining]:
    """How some of the staff stand; two queries, whatever years lie behind."""
    ids, once = [one.id for one in staff], [one.id for one in site.training.values() if not one.again]
    order = (TrainingLine.day.desc(), TrainingLine.id.desc())
    same = (TrainingLine.staff_id, TrainingLine.topic, TrainingLine.talked_on.is_(None))
    newest = (
        select(TrainingLine.id, func.row_number().over(partition_by=same, order_by=order).label("place"))
        .where(
            TrainingLine.staff_id.in_(ids),
            TrainingLine.off_by_id.is_(None),
            or_(TrainingLine.day > today - LOOKED_BACK, TrainingLine.topic.in_(once)),
        )
        .subquery()
    )
    wanted = select(TrainingLine).join(newest, newest.c.id == TrainingLine.id).where(newest.c.place == 1)
    lines: dict[tuple[uuid.UUID, str], list[TrainingLine]] = {}
    for line in session.scalars(wanted):
        lines.setdefault((line.staff_id, line.topic), []).append(line)
    new = _first_days(session, site, ids)
    term_ends = period(site.calendar, "term", today)[1]
    return [
        PersonTraining(
            one,
            {
                topic.id: _standing(
                    one, topic, lines.get((one.id, topic.id), []), new.get(one.id), today, term_ends
                )
                for topic in site.training.values()
            },
            new.get(one.id),
        )
        for one in staff
    ]


def is_asked(staff: StaffMember, topic: Topic) -> bool:
    """Whether a topic is asked of somebody: by what they are here, or by a role."""
    roles = {str(role) for role in staff.roles}
    governor = str(Role.CHAIR) in roles
    only_governor = governor and roles == {str(Role.CHAIR)}
    if topic.whom & roles:
        return True
    return ("governors" in topic.whom and governor) or ("staff" in topic.whom and not only_governor)


def counted_days(people: Iterable[PersonTraining], topics: Sequence[Topic], today: date) -> dict[str, date]:
    """By person the day on which the last of these topics was talked over, of those with whom all are in date."""
    days: dict[str, date] = {}
    for one in people:
        asked = one.asked(topics)
        if asked and all(has.holds(today) for has in asked):
            days[one.staff.id.hex] = max(
                has.line.talked_on for has in asked if has.line and has.line.talked_on
            )
    return days


def first_to_run_out(
    people: Iterable[PersonTraining], topics: Sequence[Topic], today: date
) -> dict[str, date]:
    """By person the day on which the first of these topics runs out; where one was never done, only what is past."""
    days: dict[str, date] = {}
    for one in people:
        asked = one.asked(topics)
        ends = [end for has in asked if has.line and (end := has.topic.runs_out(has.line.day))]
        if ends and (all(has.line for has in asked) or min(ends) < today):
            days[one.staff.id.hex] = min(ends)
    return days


def _first_days(session: Session, site: Site, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, DutyState]:
    """By person what is open or done of their first days, by the duties that read it from here."""
    duties = [one.id for one in site.duties.all.values() if one.counted == INDUCTION]
    rows = session.scalars(
        select(DutyState).where(DutyState.duty.in_(duties), DutyState.of.in_([id.hex for id in ids]))
    )
    return {uuid.UUID(row.of): row for row in rows}


def _standing(
    staff: StaffMember,
    topic: Topic,
    lines: Sequence[TrainingLine],
    first_days: DutyState | None,
    today: date,
    term_ends: date,
) -> Standing:
    line = next((one for one in lines if one.talked_on), None)
    waits = next((one for one in lines if not one.talked_on and (not line or one.day >= line.day)), None)
    by = first_days.due_on if first_days and topic.induction else None
    if not is_asked(staff, topic):
        return Standing(topic, State.NOT_ASKED, line)
    if line is None:
        state = State.NOT_TALKED if waits else State.OPEN if by else State.NEVER
        return Standing(topic, state, None, waits, by)
    until = topic.runs_out(line.day)
    if until is None or until > term_ends:
        return Standing(topic, State.IN_DATE, line, waits, until)
    if waits:
        return Standing(topic, State.NOT_TALKED, line, waits, until)
    return Standing(topic, State.RUN_OUT if until < today else State.SOON, line, waits, until)
