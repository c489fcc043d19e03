"""Duties in words: when, who, what came of it, and each line of the book."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from kiosk.calendar.school import SchoolCalendar
from kiosk.duties.book import TASK, Entry
from kiosk.duties.kind import Duty, Field_
from kiosk.duties.models import DutyLine, DutyState, LineKind
from kiosk.duties.people import People, chain, steps_taken
from kiosk.roles import Role
from kiosk.wording.facts import Facts
from kiosk.wording.messages import N_
from kiosk.wording.words import ROLES, date_words

EVERY: Mapping[str, str] = {
    "week": N_("Each week"),
    "month": N_("Each month"),
    "half-term": N_("Each half-term"),
    "term": N_("Each term"),
    "year": N_("Each school year"),
    "2-years": N_("Every two school years"),
    "own-day": N_("Each on a day of its own"),
}
OTHER_ROLES: Mapping[str, str] = {
    "office": N_("School office"),
    "data": N_("Data protection lead"),
    "governor": N_("Governor for safeguarding"),
}
SAID: Mapping[LineKind, str] = {
    LineKind.DONE: N_("Written down by %(name)s"),
    LineKind.CORRECTION: N_("Correction by %(name)s"),
    LineKind.PUT_OFF: N_("Put off by %(name)s"),
    LineKind.GIVEN: N_("Given by %(name)s"),
    LineKind.NOT_HERE: N_("%(name)s: it does not apply here"),
    LineKind.SWITCHED_ON: N_("Switched on by %(name)s"),
    LineKind.LATE: N_("Late"),
    LineKind.TAKEN_BACK: N_("Taken back by %(name)s"),
    LineKind.HAPPENED: N_("%(name)s: it has happened"),
}


@dataclass(frozen=True)
class LineWords:
    """A line of the book as its page shows it."""

    line: DutyLine
    said: str
    of: str
    parts: tuple[tuple[str, str], ...]
    back: bool  # taken back
    can_take_back: bool
    can_correct: bool


def role_name(role: str) -> str:
    """What a role is called, also one that a school may not have yet."""
    return str(_(ROLES[Role(role)] if role in set(Role) else OTHER_ROLES[role]))


def when_words(duty: Duty) -> str:
    """How often it is done."""
    if duty.when.every and duty.when.event:
        every = _(EVERY[duty.when.every])
        return str(
            _("%(every)s, and within %(days)d school days of a change", every=every, days=duty.when.days)
        )
    if duty.when.every:
        return str(_(EVERY[duty.when.every]))
    if duty.when.clock == "calendar":
        return str(_("Within %(days)d days of when it is needed", days=duty.when.days))
    return str(_("Within %(days)d school days of when it is needed", days=duty.when.days))


def doer_words(duty: Duty, people: People, state: DutyState | None = None) -> str:
    """Whose it is, by name where somebody has the role."""
    return ", ".join(one.name for one in people.doers(duty, state)) or role_name(duty.does)


def because_words(duty: Duty, facts: Facts) -> str:
    """Which clauses of the policy and which standards of this nation ask for it."""
    asked = ", ".join(duty.because.policy)
    clauses = [str(_("Policy %(clause)s", clause=asked))] if asked else []
    here = [one for one in duty.because.standards if one not in facts.elsewhere]
    return ", ".join((*clauses, *(facts.all[one].value if one in facts.all else one for one in here)))


def with_words(duty: Duty) -> str:
    """With whom it is done, by role."""
    return ", ".join(role_name(one) for one in duty.with_)


def staff_options(duty: Duty, people: People) -> list[tuple[str, str]]:
    """Everybody who may do something of a duty, to choose from."""
    some = people.who_may_see(duty).values()
    return [(one.id.hex, one.name) for one in sorted(some, key=lambda one: one.name)]


def state_words(entry: Entry) -> str:
    """How a duty stands that is done one by one."""
    if len(entry.things) < 2:
        return ""
    words = (
        _("%(done)d of %(all)d in order")
        if entry.duty.when.every == "own-day"
        else _("%(done)d of %(all)d done")
    )
    return str(words % {"done": entry.done, "all": len(entry.things)})


def not_done_words(entry: Entry) -> str:
    """What it means that it is late; where all of it is done, what was found and is not put right yet."""
    if set(entry.late) & set(entry.things):
        return entry.not_done
    return str(_("Not put right yet: %(what)s", what="; ".join(one.label.rstrip(".") for one in entry.late)))


def with_now_words(entry: Entry, people: People, calendar: SchoolCalendar) -> str:
    """To whom what is late has come last, and since when; empty while it is with whoever does it."""
    if not entry.late:
        return ""
    state = entry.late[0]
    steps = chain(calendar, entry.duty, state, people)
    came = [
        step for step in steps[1 : steps_taken(steps, entry.due or entry.today, entry.today)] if step.people
    ]
    if not came:
        return ""
    names = ", ".join(one.name for one in came[-1].people)
    return str(_("With %(names)s since %(day)s", names=names, day=date_words(came[-1].on, entry.today)))


def climb_words(duty: Duty) -> str:
    """After how many days it comes to whom."""
    stand_in, head, chair = duty.climb
    if duty.does == Role.PRINCIPAL.value:
        words = _("Stand-in after %(one)d school days, chair after %(two)d", one=stand_in, two=head)
    else:
        words = _(
            "Stand-in after %(one)d school days, head after %(two)d, chair after %(three)d",
            one=stand_in,
            two=head,
            three=chair,
        )
    return str(words)


def answer_words(field: Field_, value: object) -> str:
    """An answer as a person reads it."""
    options = {option.id: option.words for option in field.of}
    if isinstance(value, list):
        return ", ".join(options.get(str(one), str(one)) for one in value)
    return options.get(str(value), str(value))


def parts_of(duty: Duty, line: DutyLine, people: People, today: date) -> tuple[tuple[str, str], ...]:
    """What a line says beside who wrote it, and on which day."""
    said = json.loads(line.answers)
    match line.kind:
        case LineKind.DONE:
            fields = {one.id: one for one in duty.write}
            found = [(_("What came of it?"), duty.result_words.get(line.result, line.result))]
            found += [
                (fields[id].words, answer_words(fields[id], value))
                for id, value in said.items()
                if id in fields and value not in ("", [], None)
            ]
            if line.with_whom:
                found.append((_("With"), line.with_whom))
            if duty.counted and line.by_id and not line.of.startswith(TASK):
                found.append((_("Counted"), _("Not by kiosk: written by hand")))
            if line.day != line.written_at.date():
                found.append((_("Done on"), date_words(line.day, today)))
            if line.next_due:
                found.append((_("Next"), date_words(line.next_due, today)))
        case LineKind.LATE:
            names = [people.all[id].name for one in said["to"] if (id := uuid.UUID(one)) in people.all]
            found = [(_("It was due on"), date_words(line.was_due or line.day, today))]
            found += [(_("It has come to"), ", ".join(names))] if names else []
        case LineKind.HAPPENED:
            found = [(_("On"), date_words(line.day, today))]
            found += [(_("Due by"), date_words(line.next_due, today))] if line.next_due else []
        case LineKind.GIVEN:
            to = people.all.get(uuid.UUID(line.result))
            found = [(_("To"), to.name if to else _("somebody who has left"))]
        case _:
            found = [(_("In their words"), said["words"])] if "words" in said else []
            if line.next_due:
                found.append((_("Until"), date_words(line.next_due, today)))
    return tuple((str(what), str(words)) for what, words in found)


def label_of(state: DutyState) -> str:
    """What one of several is called; a task says that it is one."""
    return (
        str(_("To put right: %(what)s", what=state.label.rstrip(".")))
        if state.of.startswith(TASK)
        else state.label
    )
