"""What people write into the book: a check, a correction, taking back, putting off, giving, switching on, not here.

Each locks where the duty stands, adds a line, and says what it means for the next day. Raises Refused where it cannot
be done, and NotFound for what is not in the book.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting
from kiosk.calendar.school import SchoolCalendar
from kiosk.duties.book import TASK, applies_not, is_on
from kiosk.duties.kind import Duty, Kinds
from kiosk.duties.lines import NewLine, add_line
from kiosk.duties.lists import day_words
from kiosk.duties.models import DutyLine, DutyState, LineKind
from kiosk.duties.people import People
from kiosk.duties.periods import after_event, counts_from, first_due, next_due
from kiosk.roles import Role
from kiosk.storage.upsert import insert_if_new
from kiosk.web.errors import NotFound
from kiosk.wording.messages import N_, Refused

MOST_PUT_OFF = 10  # school days
MINUTE = timedelta(minutes=1)
MONTH, YEAR = timedelta(days=31), timedelta(days=365)
EVENT = "event/"  # what stands before the line that says that something happened
LABEL_LONGEST = 200
NOT_YOURS = N_("This is for those who do it, who stand in, and who are above them.")
ABOVE_ALONE = N_("Whoever is above the person who does it can do this.")
LEADERS_ALONE = N_("This is for the leadership team.")


@dataclass(frozen=True)
class At:
    """Who writes about which duty, and which one of several, on which day of the school."""

    acting: Acting
    staff: StaffMember
    duty: Duty
    of: str
    calendar: SchoolCalendar
    people: People
    today: date


@dataclass(frozen=True)
class Check:
    """A check as the form has it, without mistakes."""

    id: uuid.UUID
    day: date
    result: str
    answers: dict[str, Any] = field(default_factory=dict)
    with_whom: str = ""
    next_due: date | None = None  # an earlier day than the book's
    task: str = ""  # what has to be put right
    task_owner: uuid.UUID | None = None
    task_by: date | None = None


def hold_state(session: Session, at: At) -> DutyState:
    """Where the duty stands, locked; made where kiosk has not looked yet.

    Raises NotFound for one of several also where somebody may not write about it: it tells nobody whose turn it is.
    """
    key = (DutyState.duty == at.duty.id, DutyState.of == at.of)
    held = select(DutyState).where(*key).with_for_update()
    state = session.scalar(held)
    if at.of and not (state and (state.done_by_id == at.staff.id or _may_write(at, state))):
        raise NotFound
    if state is None:
        due = None if at.duty.each or at.duty.waits else first_due(at.calendar, at.duty, at.today)
        new = {"duty": at.duty.id, "of": "", "label": "", "due_on": due, "result": "", "switched_on": False}
        insert_if_new(
            session, DutyState, new | {"climbed": 0}
        )  # two who are the first at once write one after the other
        state = session.scalars(held).one()
    return state


def _may_write(at: At, state: DutyState) -> bool:
    return at.people.may_write(at.duty, state, at.staff.id)


def coming_due(at: At, state: DutyState) -> date | None:
    """The day by which it is due after a check of today; none for what is over then."""
    if state.due_on is None or at.of.startswith(TASK) or at.duty.waits:
        return None
    was = state.was_due or state.due_on
    if at.today < counts_from(at.calendar, at.duty, was):
        return state.due_on
    return next_due(at.calendar, at.duty, was, at.today)


def write_check(session: Session, at: At, check: Check) -> DutyLine | None:
    """Write a check down; None where the same form was sent before."""
    state = hold_state(session, at)
    if session.get(DutyLine, check.id) is None:
        if state.due_on is None and at.of.startswith(TASK):
            raise Refused(N_("This was put right already."))
        if not _may_write(at, state):
            raise Refused(NOT_YOURS)
    done = check.result in at.duty.counts.done
    coming = coming_due(at, state) if done else state.due_on
    if check.next_due and coming and done:
        coming = min(coming, check.next_due)
    line = add_line(
        session,
        at.acting,
        NewLine(
            *(at.duty.id, at.of, LineKind.DONE, check.day, state.due_on, check.result, check.answers),
            with_whom=check.with_whom,
            next_due=coming,
            id=check.id,
        ),
    )
    if line is None:
        return None
    if done:
        _note_done(state, line)
    else:
        state.result = check.result
    if check.task and check.result in at.duty.opens_task:
        session.add(
            DutyState(
                duty=at.duty.id,
                of=TASK + line.id.hex,
                label=check.task[:LABEL_LONGEST],
                due_on=check.task_by or at.calendar.add_school_days(at.today, MOST_PUT_OFF),
                given_to_id=check.task_owner or at.staff.id,
            )
        )
    session.flush()
    return line


def _note_done(state: DutyState, line: DutyLine) -> None:
    state.due_on, state.line_id, state.result = line.next_due, line.id, line.result
    state.done_on, state.done_by_id = line.day, line.by_id
    state.was_due, state.given_to_id, state.climbed = None, None, 0


def note_counted(
    session: Session, acting: Acting, calendar: SchoolCalendar, duty: Duty, state: DutyState, day: date
) -> None:
    """Write down what kiosk has counted itself."""
    assert state.due_on is not None
    today = acting.now.astimezone(calendar.zone).date()
    if duty.waits:
        coming = None
    elif duty.when.every == "own-day" and state.due_on > today:
        coming = state.due_on  # the thing itself says the day
    else:
        coming = next_due(calendar, duty, state.was_due or state.due_on, today)
    new = NewLine(duty.id, state.of, LineKind.DONE, day, state.due_on, duty.counts.done[0], next_due=coming)
    if line := add_line(session, acting, new):
        _note_done(state, line)


def note_event(session: Session, at: At, day: date | None, id: uuid.UUID) -> None:
    """Write down that what a duty waits for has happened, by whoever does it; sent twice it has happened once."""
    hold_state(session, at)
    if at.duty.when.by != "person":
        raise NotFound
    if not at.people.may_write(at.duty, None, at.staff.id):
        raise Refused(NOT_YOURS)
    if day is None or not at.today - MONTH <= day <= at.today:
        raise Refused(N_("Choose today, or a day of the last month."))
    due = after_event(at.calendar, at.duty, day)
    new = NewLine(at.duty.id, EVENT + id.hex, LineKind.HAPPENED, day, next_due=due, id=id)
    if add_line(session, at.acting, new):
        session.add(DutyState(duty=at.duty.id, of=new.of, label=day_words(day), due_on=due))


def correct(session: Session, at: At, about: uuid.UUID, words: str, id: uuid.UUID) -> DutyLine | None:
    """Add a line that corrects another, which stands as it was written."""
    line = _own_line(session, at, about)
    state = session.get(DutyState, (at.duty.id, line.of))
    if not at.people.may_write(at.duty, state, at.staff.id):
        raise Refused(NOT_YOURS)
    if not words.strip():
        raise Refused(N_("Write what is right."))
    new = NewLine(
        at.duty.id, line.of, LineKind.CORRECTION, at.today, answers={"words": words}, about=about, id=id
    )
    return add_line(session, at.acting, new)


def take_back(session: Session, at: At, about: uuid.UUID) -> None:
    """Take a line back within a minute; it stands, with a line that says so. A second time changes nothing."""
    line = _own_line(session, at, about)
    back = select(DutyLine.id).where(DutyLine.duty == at.duty.id, DutyLine.about_id == about)
    if session.scalar(back.where(DutyLine.kind == LineKind.TAKEN_BACK)):
        return
    passed = at.acting.now - line.written_at
    if line.by_id != at.staff.id or line.kind not in {LineKind.DONE, LineKind.CORRECTION} or passed > MINUTE:
        raise Refused(
            N_("A line can be taken back for a minute, by whoever wrote it. Now write a correction.")
        )
    state = session.scalar(
        select(DutyState).where(DutyState.duty == at.duty.id, DutyState.of == line.of).with_for_update()
    )
    add_line(session, at.acting, NewLine(at.duty.id, line.of, LineKind.TAKEN_BACK, at.today, about=about))
    if line.kind is not LineKind.DONE or state is None:
        return
    session.execute(delete(DutyState).where(DutyState.duty == at.duty.id, DutyState.of == TASK + line.id.hex))
    _as_before(session, state, line)


def _as_before(session: Session, state: DutyState, line: DutyLine) -> None:
    """Let it stand as its lines before this one say."""
    wanted = select(DutyLine).where(
        DutyLine.duty == line.duty, DutyLine.of == line.of, DutyLine.seq < line.seq
    )
    lines = session.scalars(wanted.order_by(DutyLine.seq.desc()).limit(200)).all()
    gone = {one.about_id for one in lines if one.kind is LineKind.TAKEN_BACK}
    since: list[DutyLine] = []
    done: DutyLine | None = None
    for one in lines:
        if one.kind is LineKind.DONE and one.id not in gone and one.next_due != one.was_due:
            done = one
            break
        since.append(one)
    state.due_on = line.was_due
    state.line_id, state.result = (done.id, done.result) if done else (None, "")
    state.done_on, state.done_by_id = (done.day, done.by_id) if done else (None, None)
    put_off = next((one for one in since if one.kind is LineKind.PUT_OFF), None)
    state.was_due = put_off.was_due if put_off else None
    given = next((one for one in since if one.kind is LineKind.GIVEN), None)
    if given or not line.of.startswith(TASK):
        state.given_to_id = uuid.UUID(given.result) if given else None
    late = [one for one in since if one.kind is LineKind.LATE and one.was_due == line.was_due]
    state.climbed = max((int(one.result) for one in late), default=0)


def put_off(session: Session, at: At, day: date | None, why: str, id: uuid.UUID) -> None:
    """Put it off, once and by at most ten school days, by whoever is above the person who does it."""
    state = hold_state(session, at)
    if not at.people.may_put_off(at.duty, state, at.staff.id):
        raise Refused(ABOVE_ALONE)
    if state.due_on is None:
        raise NotFound
    if session.get(DutyLine, id):
        return
    if state.was_due is not None:
        raise Refused(N_("It was put off once, and only once."))
    if not why.strip():
        raise Refused(N_("Write why; somebody will read it next year."))
    latest = at.calendar.add_school_days(state.due_on, MOST_PUT_OFF)
    if day is None or not max(state.due_on, at.today) < day <= latest:
        raise Refused(N_("Choose a day at most ten school days after the one on which it was due."))
    new = NewLine(
        at.duty.id,
        at.of,
        LineKind.PUT_OFF,
        at.today,
        state.due_on,
        answers={"words": why},
        next_due=day,
        id=id,
    )
    add_line(session, at.acting, new)
    state.was_due, state.due_on, state.climbed = state.due_on, day, 0


def give(session: Session, at: At, to: uuid.UUID | None, id: uuid.UUID) -> None:
    """Give it to somebody else this time, by whoever is above the person who does it."""
    state = hold_state(session, at)
    if not at.people.may_put_off(at.duty, state, at.staff.id):
        raise Refused(ABOVE_ALONE)
    if to is None or to not in at.people.who_may_see(at.duty):
        raise Refused(N_("Choose somebody who works here."))
    new = NewLine(at.duty.id, at.of, LineKind.GIVEN, at.today, state.due_on, to.hex, id=id)
    if add_line(session, at.acting, new):
        state.given_to_id = to


def switch_on(session: Session, at: At, leads: frozenset[Role], kinds: Kinds) -> None:
    """Let a duty stand in the school's book from today on."""
    state = hold_state(session, at)
    if not at.staff.roles & leads:
        raise Refused(LEADERS_ALONE)
    if is_on(at.duty, kinds, state, at.today):
        raise Refused(N_("It stands in the book already."))
    add_line(session, at.acting, NewLine(at.duty.id, "", LineKind.SWITCHED_ON, at.today))
    state.switched_on, state.not_here_until, state.asked_by_id = True, None, None
    if not at.duty.each and not at.duty.waits:
        state.due_on = first_due(at.calendar, at.duty, at.today)


def does_not_apply(session: Session, at: At, why: str, leads: frozenset[Role], id: uuid.UUID) -> bool:
    """Say that a duty does not apply here; it holds for a year once a second person has said so. Whether it holds."""
    state = hold_state(session, at)
    if at.duty.always:
        raise Refused(N_("This one applies to every school, and stays in the book."))
    if not at.staff.roles & leads:
        raise Refused(LEADERS_ALONE)
    if session.get(DutyLine, id):
        return bool(state.not_here_until)
    if applies_not(state, at.today):
        raise Refused(N_("Two of the leadership team have said so already."))
    if not why.strip():
        raise Refused(N_("Write why; somebody will read it next year."))
    first = state.asked_by_id if state.asked_by_id in at.people.all else None
    if first == at.staff.id:
        raise Refused(N_("You have said so. Now a second person of the leadership team has to."))
    until = at.today + YEAR if first else None
    new = NewLine(at.duty.id, "", LineKind.NOT_HERE, at.today, answers={"words": why}, next_due=until, id=id)
    add_line(session, at.acting, new)
    state.asked_by_id, state.not_here_until = (None, until) if until else (at.staff.id, None)
    return until is not None


def _own_line(session: Session, at: At, id: uuid.UUID) -> DutyLine:
    line = session.get(DutyLine, id)
    if line is None or line.duty != at.duty.id:
        raise NotFound
    return line
