"""What the worker does for the book: new classes and colleagues join it, what kiosk counts is written down, and what is
late goes to the next person, with one mail of constant words."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.audit.log import Acting
from kiosk.duties.book import TASK, all_states, is_on
from kiosk.duties.kind import SCHOOL_DAYS, Duty
from kiosk.duties.lines import NewLine, add_line
from kiosk.duties.lists import Sources, ones_of
from kiosk.duties.models import DutyState, LineKind
from kiosk.duties.people import People, chain, people_of, steps_taken
from kiosk.duties.periods import add_school_days, counts_from, first_due
from kiosk.duties.writing import note_counted
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.site import Site

AHEAD = timedelta(days=60)  # a climb may begin before the day: a complaint about data does


def keep_book(site: Site, sources: Sources, now: datetime) -> None:
    """Bring the book up to date, and mail those to whom something late has come since it was last."""
    today, acting = site.local(now).date(), Acting(site.key, None, now)
    with site.databases.school.write() as session:
        states, told = all_states(session), set[str]()
        people, counted = people_of(session, today), dict[str, Mapping[str, date]]()
        for duty in site.duties.all.values():
            found = states.get(duty.id, [])
            whole = next((one for one in found if not one.of), None)
            if not is_on(duty, site.duties, whole, today):
                continue
            current = _joined(session, site, sources, duty, found, today)
            if duty.counted in sources.counts:
                if duty.counted not in counted:
                    counted[duty.counted] = sources.counts[duty.counted](session, site, today)
                _count(session, acting, site, duty, current, counted[duty.counted])
            told |= _climb(session, acting, site, duty, current, people)
        if told:
            # before the lines are, so that a crash between the two sends the mail twice rather than never
            with site.databases.reports.write() as reports:
                queue_mail(reports, MailKind.DUTY, told)


def note_event(session: Session, site: Site, event: str, key: str, label: str, today: date) -> None:
    """Something happened that some duty waits for, as a name; a second time changes nothing."""
    for duty in site.duties.all.values():
        if duty.when.event == event and not session.get(DutyState, (duty.id, key)):
            by_clock = duty.when.clock == "calendar"
            due = today + timedelta(days=duty.when.days) if by_clock else None
            due = due or add_school_days(site.calendar, today, min(duty.when.days, SCHOOL_DAYS))
            session.add(DutyState(duty=duty.id, of=key, label=label, due_on=due))


def _joined(
    session: Session, site: Site, sources: Sources, duty: Duty, found: list[DutyState], today: date
) -> list[DutyState]:
    """Where each thing of a duty stands: new ones join, those that are no longer there go."""
    if duty.when.event:
        return found
    ones = {one.key: one for one in ones_of(session, site, sources, duty, today)}
    kept = {state.of: state for state in found}
    for key, one in ones.items():
        state = kept.get(key)
        if state is None or (not key and state.due_on is None):
            if state is None:
                state = kept[key] = DutyState(duty=duty.id, of=key)
                session.add(state)
            state.due_on = one.own_day or first_due(site.calendar, duty, today)
        if state.label != one.label:
            state.label = one.label
        if one.own_day and state.due_on and one.own_day > state.due_on:
            state.due_on, state.was_due, state.climbed = one.own_day, None, 0  # its own file says a later day
    for key in [key for key in kept if key and key not in ones and not key.startswith(TASK)]:
        session.delete(kept.pop(key))
    if "" not in ones and "" in kept:
        kept[""].due_on = None
    session.flush()
    return list(kept.values())


def _count(
    session: Session,
    acting: Acting,
    site: Site,
    duty: Duty,
    states: list[DutyState],
    done: Mapping[str, date],
) -> None:
    for state in states:
        day = done.get(state.of)
        if day is None or state.due_on is None or (state.done_on and state.done_on >= day):
            continue
        if day >= counts_from(site.calendar, duty, state.was_due or state.due_on):
            note_counted(session, acting, site.calendar, duty, state, day)


def _climb(
    session: Session, acting: Acting, site: Site, duty: Duty, states: list[DutyState], people: People
) -> set[str]:
    """Write down to whom what is late has come; the addresses of those who do not know yet."""
    today, told = acting.now.astimezone(site.calendar.zone).date(), set[str]()
    for state in states:
        if state.due_on is None or state.due_on > today + AHEAD:
            continue
        steps = chain(site.calendar, duty, state, people)
        taken = steps_taken(steps, state.due_on, today)
        if taken <= state.climbed:
            continue
        new = [one for step in steps[state.climbed : taken] for one in step.people]
        answers = {"to": [one.id.hex for one in new]}
        line = NewLine(
            duty.id, state.of, LineKind.LATE, today, state.due_on, str(taken), answers, id=uuid.uuid4()
        )
        add_line(session, acting, line)
        state.climbed = taken
        if not duty.readers_only:
            told |= {one.email for one in new if not one.away}
    return told
