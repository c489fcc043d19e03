"""What the end of a year would do: every problem and every number, worked out before anything is written."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil
from kiosk.accounts.roster.rows import CLASS_SIGNS, LONGEST_CLASS
from kiosk.bands import Band, band_of_year, school_year
from kiosk.conduct.models import SignOff
from kiosk.lessons.models import LessonProgress, LessonSet
from kiosk.wording.messages import N_, Message
from kiosk.year_end.lapsing import gone_since, lapsed_progress
from kiosk.year_end.wishes import Becomes, Teachers, Wish

MOST_YEARS = 2  # in one class
NO_NAME = N_("Write the name that the class will have.")
LONG_NAME = N_("The name of a class has at most %(longest)d letters.")
ODD_NAME = N_("The name of a class has letters, numbers and spaces only.")
NO_YEAR = N_("Write the year as N, R or 1 to 13, or two with a stroke, such as 3/4.")
TWO_AGES = N_("Years %(year)s are of two age groups. Use the roster, and two classes.")
SAME_NAME = N_("“%(name)s” will be called that too. Give one of them another name.")

_OPEN = (
    select(ClassGroup.name)
    .join(ClassWindow, ClassWindow.class_group_id == ClassGroup.id)
    .where(ClassWindow.closes_at > bindparam("now"))
    .order_by(ClassGroup.name)
)


@dataclass(frozen=True)
class YearProblem:
    """What has to be corrected: `field` is the id of the box."""

    field: str
    message: Message


@dataclass(frozen=True)
class Step:
    """What becomes of one class."""

    class_id: uuid.UUID
    was_name: str
    was_year: str
    becomes: Becomes
    name: str
    year: str
    band: Band
    was_band: Band
    pupils: int


@dataclass(frozen=True)
class YearPlan:
    """What the end of the year would do. Nothing may be written while there are problems or a class is open."""

    steps: tuple[Step, ...]
    teachers: Teachers
    problems: tuple[YearProblem, ...] = ()
    open_classes: tuple[str, ...] = ()  # no class may be open while classes change
    new_keys: int = 0  # children whose class will use another kind of key
    sign_offs: int = 0  # decisions about the Code of children who stay, to be made anew
    lessons_set: int = 0
    progress: int = 0  # lessons of children, begun or finished longer than a school year ago
    gone: int = 0  # children who left a year ago, of whom everything is deleted

    def pupils(self, *becomes: Becomes) -> int:
        """How many children are in classes of which this becomes."""
        return sum(step.pupils for step in self.steps if step.becomes in becomes)


def plan_year_end(
    session: Session, wishes: Sequence[Wish], teachers: Teachers, today: date, now: datetime
) -> YearPlan:
    """Compare the wishes with the database and count what they would do; always the same number of queries."""
    bands = {row.id: row.band for row in session.execute(select(ClassGroup.id, ClassGroup.band))}
    problems: list[YearProblem] = []
    steps: list[Step] = []
    for wish in wishes:
        was_band = bands[wish.was.id]
        year, band, found = _check_wish(wish, was_band)
        problems += found
        steps.append(
            Step(
                *(wish.was.id, wish.was.name, wish.was.year, wish.becomes, wish.name, year),
                *(band, was_band, wish.was.pupils),
            )
        )
    problems += _same_names(steps)
    staying = [step.class_id for step in steps if step.becomes is not Becomes.LEAVES]
    return YearPlan(
        steps=tuple(steps),
        teachers=teachers,
        problems=tuple(problems),
        open_classes=tuple(session.scalars(_OPEN, {"now": now})),
        new_keys=sum(step.pupils for step in steps if other_keys(step) and step.becomes is Becomes.UP),
        sign_offs=session.scalar(
            select(func.count(SignOff.pupil_id.distinct()))
            .join(Pupil, Pupil.id == SignOff.pupil_id)
            .where(Pupil.class_group_id.in_(staying), Pupil.left_on.is_(None), SignOff.lapsed_on.is_(None))
        )
        or 0,
        lessons_set=session.scalar(select(func.count()).select_from(LessonSet)) or 0,
        progress=session.scalar(
            select(func.count()).select_from(LessonProgress).where(lapsed_progress(LessonProgress, today))
        )
        or 0,
        gone=session.scalar(select(func.count()).select_from(Pupil).where(gone_since(today))) or 0,
    )


def other_keys(step: Step) -> bool:
    """Whether children of this class had a key that the pages of their new class do not ask for."""
    kinds = {Band.KS1: "none", Band.KS2: "pictures"}
    return kinds.get(step.was_band, "words") != kinds.get(step.band, "words")


def _check_wish(wish: Wish, was_band: Band) -> tuple[str, Band, list[YearProblem]]:
    """The year as it is stored, the band, and what is wrong with the wish."""
    if wish.becomes is not Becomes.UP:
        return wish.year, was_band, []
    name, year = f"name-{wish.was.id.hex}", f"year-{wish.was.id.hex}"
    found = [YearProblem(name, message) for message in _name_problems(wish.name)]
    try:
        years = [school_year(part) for part in wish.year.split("/")]
        ages = {band_of_year(part) for part in years}
    except ValueError:
        years, ages = [], set()
    if not years or len(years) > MOST_YEARS or len(set(years)) < len(years):
        return wish.year[:12], was_band, [*found, YearProblem(year, Message(NO_YEAR))]
    written = "/".join(years)[:12]
    if len(ages) > 1:
        found.append(YearProblem(year, Message(TWO_AGES, {"year": written})))
    return written, ages.pop(), found


def _name_problems(name: str) -> list[Message]:
    if not name:
        return [Message(NO_NAME)]
    if len(name) > LONGEST_CLASS:
        return [Message(LONG_NAME, {"longest": LONGEST_CLASS})]
    if not all(sign.isalnum() or sign in CLASS_SIGNS for sign in name) or not any(map(str.isalnum, name)):
        return [Message(ODD_NAME)]
    return []


def _same_names(steps: Sequence[Step]) -> list[YearProblem]:
    going_on = [step for step in steps if step.becomes is not Becomes.LEAVES]
    often = Counter(step.name.casefold() for step in going_on)
    return [
        YearProblem(f"name-{step.class_id.hex}", Message(SAME_NAME, {"name": other.was_name}))
        for step in going_on
        if step.becomes is Becomes.UP and step.name and often[step.name.casefold()] > 1
        for other in [
            next(
                one
                for one in going_on
                if one.class_id != step.class_id and one.name.casefold() == step.name.casefold()
            )
        ]
    ]
