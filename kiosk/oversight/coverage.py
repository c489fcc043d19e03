"""What has been taught: the share of children in each year who finished the lessons of each strand."""

import enum
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import and_, case, distinct, exists, func, or_, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import class_sizes, year_order
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
    sets = _sets_by_year(session, ids)
    finished = _count_finishers(session, classes, lessons)
    years = {(group.band, group.year): group for group in classes}
    written = {
        (*year, one.strand) for year, group in years.items() for one in lessons.values() if one.is_for(group)
    }
    set_strands = {(band, year, lessons[id].strand) for band, year, id in sets if id in lessons}
    rows = tuple(
        (
            strand,
            tuple(
                _square_of(
                    column,
                    sum(finished[column.band, year, strand] for year in column.years),
                    is_set=any((column.band, year, strand) in set_strands for year in column.years),
                    is_written=any((column.band, year, strand) in written for year in column.years),
                )
                for column in columns
            ),
        )
        for strand in STRANDS
    )
    return Coverage(columns, rows, _subjects_of(classes, lessons, {id for _band, _year, id in sets}))


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
        YearColumn(band, (year,), sum(sizes[group.id] for group in groups))
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
            column = YearColumn(column.band, last.years + column.years, last.pupils + column.pupils)
        joined.append(column)
    return joined


def _sets_by_year(session: Session, ids: Sequence[uuid.UUID]) -> set[tuple[Band, str, str]]:
    """The lessons set for a class of each year, for everybody or for some."""
    rows = session.execute(
        select(ClassGroup.band, ClassGroup.year, LessonSet.lesson_id)
        .join(LessonSet, LessonSet.class_group_id == ClassGroup.id)
        .where(ClassGroup.id.in_(ids))
        .distinct()
    )
    return {(band, year, lesson_id) for band, year, lesson_id in rows}


def _count_finishers(
    session: Session, classes: Sequence[ClassGroup], lessons: Mapping[str, Lesson]
) -> Counter[tuple[Band, str, Strand]]:
    """How many children of each year have finished a lesson of each strand, each child counted once; a row a year."""
    of_strand = {strand: [id for id, one in lessons.items() if one.strand == strand] for strand in STRANDS}
    children = [
        func.count(distinct(case((LessonProgress.lesson_id.in_(ids), Pupil.id))))
        for ids in of_strand.values()
    ]
    of_age = [
        and_(
            ClassGroup.band == group.band,
            ClassGroup.year == group.year,
            LessonProgress.lesson_id.in_([id for id, one in lessons.items() if one.is_for(group)]),
        )
        for group in {(group.band, group.year): group for group in classes}.values()
    ]
    is_set = exists().where(
        LessonSet.class_group_id == Pupil.class_group_id, LessonSet.lesson_id == LessonProgress.lesson_id
    )
    rows = session.execute(
        select(ClassGroup.band, ClassGroup.year, *children)
        .select_from(Pupil)
        .join(ClassGroup, ClassGroup.id == Pupil.class_group_id)
        .join(LessonProgress, LessonProgress.pupil_id == Pupil.id)
        .where(
            Pupil.class_group_id.in_([group.id for group in classes]),
            Pupil.left_on.is_(None),
            LessonProgress.completed_on.is_not(None),
            or_(is_set, *of_age),
        )
        .group_by(ClassGroup.band, ClassGroup.year)
    )
    return Counter(
        {
            (band, year, strand): count
            for band, year, *counts in rows
            for strand, count in zip(of_strand, counts, strict=True)
        }
    )
