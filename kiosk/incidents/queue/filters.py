"""What somebody looks for in the queue; it is looked for only among what they may read."""

import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.numbers import LARGEST
from kiosk.incidents.models import Level
from kiosk.report.access.routes import ROUTES
from kiosk.web.forms import id_of


class Age(enum.StrEnum):
    """When a case was opened, the latest first; each begins where the one before it ends."""

    WEEK = "week"
    TWO_WEEKS = "two-weeks"
    MONTH = "month"
    LONGER = "longer"


_REACH = {Age.TWO_WEEKS: timedelta(days=14), Age.MONTH: timedelta(days=31)}


def age_of(opened_at: datetime, calendar: SchoolCalendar, now: datetime) -> Age:
    """The age of a case; this week began on Monday."""
    opened, today = (moment.astimezone(calendar.zone).date() for moment in (opened_at, now))
    if opened >= today - timedelta(days=today.weekday()):
        return Age.WEEK
    return next((age for age, reach in _REACH.items() if today - opened <= reach), Age.LONGER)


UNOWNED = "nobody"  # the value of the owner field for reports that nobody has opened yet
NO_NUMBER = 0  # a number that no incident has


@dataclass(frozen=True)
class QueueFilter:
    """A number, a kind of worry, a level, an owner, an age; what is not said may be anything."""

    number: int | None = None
    kind: str = ""
    level: Level | None = None
    owner: uuid.UUID | None = None
    unowned: bool = False
    age: Age | None = None  # only open cases have an age

    def __bool__(self) -> bool:
        """Whether anything is looked for."""
        return self != QueueFilter()

    def matches(
        self,
        route: str,
        level: Level,
        owner: uuid.UUID | None,
        number: int | None = None,
        age: Age | None = None,
    ) -> bool:
        """Whether a report or case matches; without owner and age it is a report that nobody has opened."""
        return (
            (self.number is None or self.number == number)
            and self.kind in {"", route}
            and self.level in {None, level}
            and (self.owner is None or self.owner == owner)
            and not (self.unowned and owner is not None)
            and self.age in {None, age}
        )


def read_queue_filter(values: Mapping[str, str]) -> QueueFilter:
    """What a form or an address asks for; invalid values are ignored, except that an invalid number finds nothing."""
    typed, owner = values.get("number", "").strip(), values.get("owner", "")
    kind, level, age = (values.get(name, "") for name in ("kind", "level", "age"))
    return QueueFilter(
        read_number(typed) if typed else None,
        kind if kind in ROUTES else "",
        Level(level) if level in set(Level) else None,
        id_of(owner),
        owner == UNOWNED,
        Age(age) if age in set(Age) else None,
    )


def read_number(typed: str) -> int:
    """The number of an incident as somebody typed it; NO_NUMBER for what is none."""
    digits = typed.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 12):
        return NO_NUMBER
    return int(digits) if int(digits) <= LARGEST else NO_NUMBER
