"""What the worker does for the book: new classes and colleagues join it, what kiosk counts is written down, and what is
late goes to the next person, with one mail of constant words."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.audit.log import Acting
from kiosk.duties.book import TASK, all_states, is_on
from kiosk.duties.kind import Duty
from kiosk.duties.lines import NewLine, add_line
from kiosk.duties.lists import LABEL_LONGEST, LATELY, Event, Sources, ones_of
from kiosk.duties.models import DutyState, LineKind
from kiosk.duties.people import People, chain, people_of, steps_taken
from kiosk.duties.periods import after_event, counts_from, first_due
from kiosk.duties.writing import note_counted
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.site import Site

AHEAD = timedelta(days=60)  # a climb may begin before the day: a complaint about data does


def keep_book(site: Site, sources: Sources, now: datetime) -> None:
    """Bring the book up to date, and mail those to whom something late has come since it was last."""
    today, acting = site.local(now).date(), Acting(site.key, None, now)
    with site.databases.school.write() as session:
        states, told = all_states(session, hold=True), set[str]()
        people, counted = people_of(session, today), dict[str, Mapping[str, date]]()
        for duty in site.duties.all.values():
            found = states.get(duty.id, [])
            whole = next((one for one in found if not one.of), None)
            if not is_on(duty, site.duties, whole, today):
                continue
            find = sources.events.get(duty.when.event)
            events = find(session, site, today) if find else ()
            if duty.waits:
                found += _happened(session, site, duty, found, events, today)
            current = _joined(session, site, sources, duty, found, today)
            if not duty.waits:  # after what joins, so that one round says all
                _happened(session, site, duty, current, events, today)
            _forget(session, duty, current, today)
            if duty.counted in sources.counts:
                if duty.counted not in counted:
                    counted[duty.counted] = sources.counts[duty.counted](session, site, today)
                _count(session, acting, site, duty, current, counted[duty.counted])
            if duty.counted in sources.runs_out:
                _follow(current, sources.runs_out[duty.counted](session, site, today))
            told |= _climb(session, acting, site, duty, current, people)
        if told:
            # before the lines are, so that a crash between the two sends the mail twice rather than never
            with site.databases.reports.write() as reports:
                queue_mail(reports, MailKind.DUTY, told)


def _happened(
    session: Session, site: Site, duty: Duty, found: list[DutyState], events: Sequence[Event], today: date
) -> list[DutyState]:
    """What happened lately: what a duty waits for is due after it, what has a period may be due sooner."""
    kept = {one.of: one for one in found}
    new: dict[str, DutyState] = {}
    for event in events:
        lately = event.on > today - LATELY
        if not (lately or duty.waits):
            continue
        due = after_event(site.calendar, duty, event.on if lately else today)
        known = kept.get(event.key)
        if duty.waits and known is None:
            label = event.label[:LABEL_LONGEST]
            new[event.key] = DutyState(duty=duty.id, of=event.key, label=label, due_on=due)
        for state in [known] if known and event.key else found if not event.key else ():
            done = state.done_on is not None and state.done_on >= event.on
            sooner = state.due_on is not None and state.was_due is None and today <= due < state.due_on
            if (
                not done
                and not state.of.startswith(TASK)
                and (sooner or (duty.waits and state.due_on is None))
            ):
                state.due_on = due
    session.add_all(new.values())
    session.flush()
    return list(new.values())


def _forget(session: Session, duty: Duty, states: list[DutyState], today: date) -> None:
    """What was put right, and what followed an event, is in the lines: without this, pages read more each year."""
    last = max((one.done_on for one in states if one.done_on), default=today)
    for one in states:
        passing = one.of.startswith(TASK) or (duty.waits and not duty.each and one.of)
        if passing and one.due_on is None and one.done_on and one.done_on < min(last, today - 2 * LATELY):
            session.delete(one)


def _joined(
    session: Session, site: Site, sources: Sources, duty: Duty, found: list[DutyState], today: date
) -> list[DutyState]:
    """Where each thing of a duty stands: new ones join, those that are no longer there go."""
    ones = {one.key: one for one in ones_of(session, site, sources, duty, today)}
    kept = {state.of: state for state in found}
    for key, one in ones.items() if not duty.waits else ():
        state = kept.get(key)
        if state is None or (not key and state.due_on is None):
            if state is None:
                state = kept[key] = DutyState(duty=duty.id, of=key)
                session.add(state)
            state.due_on = one.own_day or first_due(site.calendar, duty, today)
        if state.label != one.label:
            state.label = one.label
        untouched = not (state.done_on or state.was_due or duty.when.event)
        own, due = one.own_day, state.due_on
        if own and due and own != due and (own > due or untouched):  # its own file says another day
            state.due_on, state.was_due, state.climbed = own, None, 0
    gone = [key for key in kept if key and key not in ones and not key.startswith(TASK)]
    for key in gone if duty.each or not duty.waits else ():
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


def _follow(states: list[DutyState], runs_out: Mapping[str, date]) -> None:
    """Let what runs out by a day of its own be due by that day, also where it is earlier than the book's."""
    for state in states:
        day = runs_out.get(state.of)
        if day and state.due_on and day != (state.was_due or state.due_on):
            state.due_on, state.was_due, state.climbed = day, None, 0


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
        if duty.goes_by_mail:
            told |= {one.email for one in new if not one.away}
    return told
