"""The form for a check, as it was sent: every field of the duty's own, and every mistake found."""

import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from kiosk.calendar.school import SchoolCalendar
from kiosk.duties.kind import Duty, Field_
from kiosk.duties.writing import Check
from kiosk.web.forms import FormErrors, day_of, id_of
from kiosk.wording.messages import N_

LINE_LONGEST, TEXT_LONGEST = 200, 2000
DAYS_BACK = 5  # a check may be written down a school week after it was made
LATEST_TASK = 100  # school days
# The shape of an address, an e-mail or a phone number: none belongs into the book.
_NOT_HERE = re.compile(r"https?:|www\.|\S@\S|(?:\d[ -]?){9,}")
CHOOSE = N_("Choose what came of it.")
WRITE = N_("Write this down, in general words.")
WRITE_CHANGED = N_("Write what you changed, or who will, because of what came of it.")
LATER = N_("You can choose an earlier day, not a later one.")
NO_ADDRESS = N_("Write it without a web address, an e-mail or a phone number.")


def names_something(words: str) -> bool:
    """Whether words hold a web address, an e-mail or a phone number."""
    return bool(_NOT_HERE.search(words))


@dataclass
class Typed:
    """What was typed, which is never lost, and what has to be corrected."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: FormErrors = field(default_factory=FormErrors)
    check: Check | None = None


def read_check(
    duty: Duty,
    sent: MultiDict[str, str],
    calendar: SchoolCalendar,
    today: date,
    coming: date | None,
    staff: Collection[uuid.UUID],
) -> Typed:
    """The check as the form sent it; `coming` is the day of the book by which it is due next."""
    typed = Typed()
    for one in duty.write:
        typed.values[one.id] = _value(one, sent)
    result = str(typed.values["result"])
    for one in duty.write:
        _check_field(typed, one, result)
    for name in ("day", "next_due", "with_whom", "task_owner", "task_by"):
        typed.values[name] = sent.get(name, "").strip()
    day = day_of(typed.values["day"]) if typed.values["day"] else today
    if day is None or not calendar.add_school_days(today, -DAYS_BACK) <= day <= today:
        typed.errors.add("day", N_("Choose today, or a day of the last school week."))
    next_due = day_of(typed.values["next_due"])
    if typed.values["next_due"] and (next_due is None or next_due <= today or (coming and next_due > coming)):
        typed.errors.add("next_due", LATER)
    if names_something(typed.values["with_whom"]) or len(typed.values["with_whom"]) > LINE_LONGEST:
        typed.errors.add("with_whom", NO_ADDRESS)
    owner, by = id_of(typed.values["task_owner"]), day_of(typed.values["task_by"])
    if result in duty.opens_task:
        if owner not in staff:
            typed.errors.add("task_owner", N_("Choose who sees to it."))
        if by is None or not today <= by <= calendar.add_school_days(today, LATEST_TASK):
            typed.errors.add("task_by", N_("Choose the day by which it is put right."))
    if not typed.errors:
        answers = {one.id: typed.values[one.id] for one in duty.write if one.id != "result"}
        typed.check = Check(
            id_of(sent.get("once", "")) or uuid.uuid4(),
            day or today,
            result,
            {id: value for id, value in answers.items() if value},
            typed.values["with_whom"],
            next_due,
            _task_words(duty, typed.values, result),
            owner,
            by,
        )
    return typed


def _value(one: Field_, sent: MultiDict[str, str]) -> str | list[str]:
    known = [option.id for option in one.of]
    if one.kind == "ticks":
        return [value for value in known if value in sent.getlist(one.id)]
    value = sent.get(one.id, "").strip()
    return value if one.kind != "one" or value in known else ""


def _check_field(typed: Typed, one: Field_, result: str) -> None:
    value = typed.values[one.id]
    if not value:
        if one.id == "result":
            typed.errors.add(one.id, CHOOSE)
        elif result in one.needed_if:
            typed.errors.add(one.id, WRITE_CHANGED)
        elif one.needed:
            typed.errors.add(one.id, N_("Tick what you did.") if one.kind == "ticks" else WRITE)
        return
    if not isinstance(value, str):
        return
    if one.kind == "text" and names_something(value):
        typed.errors.add(one.id, NO_ADDRESS)
    if len(value) > TEXT_LONGEST:
        typed.errors.add(one.id, N_("Write it in at most %(most)d letters."), most=TEXT_LONGEST)


def _task_words(duty: Duty, values: Mapping[str, Any], result: str) -> str:
    """What has to be put right, in the words of the field that this result asks for."""
    asked = next((one for one in duty.write if result in one.needed_if), None)
    return str(values[asked.id]) if asked and result in duty.opens_task else ""
