"""What has been taught: the share of children in each year who finished the lessons of each strand."""

import enum
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import year_order
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.bands import Band
from kiosk.lessons.head import STRANDS, SUBJECTS, Strand, Subject
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress, LessonSet
from kiosk.small_numbers import FEWEST, is_small, per_cent
from kiosk.wording.messages import N_

LOW_PER_CENT = 40  # below this share a strand is listed as a gap
STRAND_WORDS: Mapping[Strand, str] = {
    "self": N_("Self-image"),
    "relationships": N_("Relationships"),
    "reputation": N_("Reputation"),
    "bullying": N_("Bullying"),
    "information": N_("Information"),
    "wellbeing": N_("Wellbeing"),
    "privacy": N_("Privacy"),
    "copyright": N_("Copyright"),
}

SUBJECT_WORDS: Mapping[Subject, str] = {
    "pshe": N_("PSHE"),
    "computing": N_("Computing"),
    "citizenship": N_("Citizenship"),
    "english": N_("English"),
    "drama": N_("Drama"),
    "media": N_("Media studies"),
    "maths": N_("Maths"),
    "science": N_("Science"),
    "art": N_("Art"),
    "design": N_("Design and technology"),
    "music": N_("Music"),
    "history": N_("History"),
    "geography": N_("Geography"),
    "languages": N_("Languages"),
    "re": N_("Religious education"),
    "pe": N_("Physical education"),
}


class SquareKind(enum.StrEnum):
    """The meaning of one square of the coverage table."""

    SHARE = "share"  # a per cent
    FEW = "few"  # fewer than five children finished
    SMALL = "small"  # fewer than five children in the year, so nothing is said about them
    UNSET = "unset"  # there is a lesson, but it is not set for any class of the year
    UNWRITTEN = "unwritten"  # there is no lesson yet


@dataclass(frozen=True)
class Square:
    """A square of the coverage table, for one year and strand; `share` is a percentage where `kind` is SHARE."""

    kind: SquareKind
    share: int = 0

    @property
    def low(self) -> bool:
        """Whether the share of children who finished a lesson of this strand counts as low."""
        return self.kind is SquareKind.FEW or (self.kind is SquareKind.SHARE and self.share < LOW_PER_CENT)


@dataclass(frozen=True)
class YearColumn:
    """A school year; years with fewer than five children are merged with their neighbours."""

    band: Band
    years: tuple[str, ...]
    class_ids: frozenset[uuid.UUID]
    pupils: int


@dataclass(frozen=True)
class Coverage:
    """The whole table: a row for each strand, a square for each column."""

    columns: tuple[YearColumn, ...]
    rows: tuple[tuple[Strand, tuple[Square, ...]], ...]
    subjects: tuple[
        tuple[Subject, int, int], ...
    ] = ()  # how many lessons of each are set, of how many there are

    @property
    def bands(self) -> list[tuple[Band, int]]:
        """Each age group and its number of columns."""
        return [(band, len(list(columns))) for band, columns in groupby(self.columns, key=lambda c: c.band)]

    def gaps(self, wanted: SquareKind | None = None) -> list[tuple[Strand, list[YearColumn]]]:
        """Strands with the years that have squares of this kind, or low ones if no kind is given."""
        found = []
        for strand, squares in self.rows:
            years = [
                column
                for column, square in zip(self.columns, squares, strict=True)
                if (square.low if wanted is None else square.kind is wanted)
            ]
            found += [(strand, years)] if years else []
        return found


def coverage(session: Session, classes: Sequence[ClassGroup], lessons: Mapping[str, Lesson]) -> Coverage:
    """The table for some classes by year; three queries, however many children there are.

    A lesson counts for classes of its age, and for classes it was set for.
    """
    ids = [group.id for group in classes]
    columns = _year_columns(classes, class_sizes(session, ids))
    set_for = lessons_set(session, ids)
    finished = _count_finishers(session, classes, lessons, set_for)
    written = {(group.id, one.strand) for group in classes for one in lessons.values() if one.is_for(group)}
    set_strands = {
        (class_id, lessons[lesson_id].strand) for class_id, lesson_id in set_for if lesson_id in lessons
    }
    rows = tuple(
        (
            strand,
            tuple(
                _square_of(
                    column,
                    sum(finished[class_id, strand] for class_id in column.class_ids),
                    is_set=any((class_id, strand) in set_strands for class_id in column.class_ids),
                    is_written=any((class_id, strand) in written for class_id in column.class_ids),
                )
                for column in columns
            ),
        )
        for strand in STRANDS
    )
    return Coverage(columns, rows, _subjects_of(classes, lessons, {lesson_id for _, lesson_id in set_for}))


def _subjects_of(
    classes: Sequence[ClassGroup], lessons: Mapping[str, Lesson], set_ids: Set[str]
) -> tuple[tuple[Subject, int, int], ...]:
    """By subject how many lessons are set for one of these classes, of how many there are; subjects with none go."""
    there = [one for one in lessons.values() if one.id in set_ids or any(map(one.is_for, classes))]
    by_subject = {name: [one.id for one in there if name in one.subjects] for name in SUBJECTS}
    return tuple((name, len(set_ids & set(ids)), len(ids)) for name, ids in by_subject.items() if ids)


def _square_of(column: YearColumn, finished: int, is_set: bool, is_written: bool) -> Square:
    if not finished and not is_set:
        return Square(SquareKind.UNSET if is_written else SquareKind.UNWRITTEN)
    if column.pupils < FEWEST:
        return Square(SquareKind.SMALL)
    if is_small(finished):
        return Square(SquareKind.FEW)
    return Square(SquareKind.SHARE, per_cent(finished, column.pupils))


def _year_columns(classes: Sequence[ClassGroup], sizes: Mapping[uuid.UUID, int]) -> tuple[YearColumn, ...]:
    years: dict[tuple[Band, str], list[ClassGroup]] = {}
    for group in sorted(classes, key=lambda group: (group.band, year_order(group.year))):
        years.setdefault((group.band, group.year), []).append(group)
    single = [
        YearColumn(
            band, (year,), frozenset(group.id for group in groups), sum(sizes[group.id] for group in groups)
        )
        for (band, year), groups in years.items()
    ]
    return tuple(
        column
        for _, of_band in groupby(single, key=lambda column: column.band)
        for column in _merge_years(of_band)
    )


def _merge_years(columns: Iterable[YearColumn]) -> list[YearColumn]:
    """Merge neighbouring years of one age group until each has five children."""
    joined: list[YearColumn] = []
    for column in columns:
        if joined and (joined[-1].pupils < FEWEST or column.pupils < FEWEST):
            last = joined.pop()
            column = YearColumn(
                column.band,
                last.years + column.years,
                last.class_ids | column.class_ids,
                last.pupils + column.pupils,
            )
        joined.append(column)
    return joined


def class_sizes(session: Session, ids: Sequence[uuid.UUID]) -> Counter[uuid.UUID]:
    """How many children there are now in each of these classes."""
    rows = session.execute(
        select(Pupil.class_group_id, func.count().label("pupils"))
        .where(Pupil.class_group_id.in_(ids), Pupil.left_on.is_(None))
        .group_by(Pupil.class_group_id)
    )
    return Counter({row.class_group_id: row.pupils for row in rows})


def lessons_set(session: Session, ids: Sequence[uuid.UUID]) -> set[tuple[uuid.UUID, str]]:
    """The lessons set for each of these classes, for everybody or for some."""
    rows = session.execute(
        select(LessonSet.class_group_id, LessonSet.lesson_id).where(LessonSet.class_group_id.in_(ids))
    )
    return {(class_id, lesson_id) for class_id, lesson_id in rows}


def _count_finishers(
    session: Session,
    classes: Sequence[ClassGroup],
    lessons: Mapping[str, Lesson],
    set_for: set[tuple[uuid.UUID, str]],
) -> Counter[tuple[uuid.UUID, Strand]]:
    """How many children of a class have finished a lesson of a strand, each child counted once."""
    by_id = {group.id: group for group in classes}
    rows = session.execute(
        select(Pupil.class_group_id, Pupil.id, LessonProgress.lesson_id)
        .join(LessonProgress, LessonProgress.pupil_id == Pupil.id)
        .where(
            Pupil.class_group_id.in_(list(by_id)),
            Pupil.left_on.is_(None),
            LessonProgress.completed_on.is_not(None),
        )
    )
    counted = {
        (class_id, lessons[lesson_id].strand, pupil_id)
        for class_id, pupil_id, lesson_id in rows
        if lesson_id in lessons
        and (lessons[lesson_id].is_for(by_id[class_id]) or (class_id, lesson_id) in set_for)
    }
    return Counter((class_id, strand) for class_id, strand, _ in counted)
