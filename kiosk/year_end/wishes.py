"""What becomes of each class at the end of a year: suggested, and read from a form."""

import enum
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import year_order
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.accounts.spreadsheets.cells import tidy_cell

YEARS = ("N", "R", *(str(number) for number in range(1, 14)))


class Becomes(enum.StrEnum):
    """What becomes of a class."""

    UP = "up"  # another name, another year, or both
    LEAVES = "leaves"
    STAYS = "stays"


class Teachers(enum.StrEnum):
    """With whom the teachers of a class go on."""

    NAME = "name"  # with the next class of that name
    CHILDREN = "children"
    NOBODY = "nobody"


@dataclass(frozen=True)
class ClassNow:
    """A class with children in it, as it is before the end of the year."""

    id: uuid.UUID
    name: str
    year: str
    pupils: int


@dataclass(frozen=True)
class Wish:
    """What somebody wants to become of a class."""

    was: ClassNow
    becomes: Becomes
    name: str
    year: str


def classes_now(session: Session) -> list[ClassNow]:
    """Every class with children in it, youngest first; one query."""
    rows = session.execute(
        select(ClassGroup.id, ClassGroup.name, ClassGroup.year, func.count().label("pupils"))
        .join(Pupil, Pupil.class_group_id == ClassGroup.id)
        .where(Pupil.left_on.is_(None))
        .group_by(ClassGroup.id, ClassGroup.name, ClassGroup.year)
    )
    found = [ClassNow(row.id, row.name, row.year, row.pupils) for row in rows]
    return sorted(found, key=lambda group: (year_order(group.year), group.name))


def suggest_wishes(classes: Sequence[ClassNow]) -> list[Wish]:
    """Every class a year up, and the oldest of the school leave; a name with the year in it counts on."""
    oldest = max((year_order(group.year)[0] for group in classes), default=0)
    return [_suggest_wish(group, oldest) for group in classes]


def read_wishes(classes: Sequence[ClassNow], values: Mapping[str, str]) -> list[Wish]:
    """What a form says of each class; a class of which it says nothing stays as it is."""
    wishes = []
    for group in classes:
        chosen = values.get(f"becomes-{group.id.hex}", "")
        becomes = Becomes(chosen) if chosen in set(Becomes) else Becomes.STAYS
        name = tidy_cell(values.get(f"name-{group.id.hex}", ""))[:200]
        year = tidy_cell(values.get(f"year-{group.id.hex}", ""))[:20]
        if becomes is not Becomes.UP:
            name, year = group.name, group.year
        wishes.append(Wish(group, becomes, name, year))
    return wishes


def _suggest_wish(group: ClassNow, oldest: int) -> Wish:
    years = group.year.split("/")
    if year_order(years[-1])[0] >= oldest:
        return Wish(group, Becomes.LEAVES, group.name, group.year)
    if not set(years) <= set(YEARS):
        return Wish(group, Becomes.STAYS, group.name, group.year)
    following = [YEARS[YEARS.index(year) + 1] for year in years]
    name = group.name
    for before, after in zip(reversed(years), reversed(following), strict=True):
        name = re.sub(rf"(?<!\d){re.escape(before)}(?!\d)", after, name) if before.isdecimal() else name
    return Wish(group, Becomes.UP, name, "/".join(following))
