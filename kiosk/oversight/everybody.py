"""How the children of several classes get on: a year or the whole school, searched, narrowed and by the page.

No ranks and no scores: children stand by class and first name, whatever they have finished.
"""

import unicodedata
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.bands import Band
from kiosk.conduct.code import Codes
from kiosk.conduct.signing import DecisionState
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.sets import SetLesson, sets_in
from kiosk.oversight.completion import CELL_WORDS, Cell, cell_of, progress_in
from kiosk.oversight.decisions import STATE_WORDS, current_code, decision_state, decisions_of
from kiosk.wording.messages import N_

# by class and lesson, what was set first before the others
SetFor = Mapping[tuple[uuid.UUID, str], SetLesson]


@dataclass(frozen=True)
class PupilFilter:
    """What to search for; an empty field matches everything.

    A state without a lesson means: in at least one lesson that the class was set.
    """

    name: str = ""
    lesson_id: str = ""
    state: Cell | None = None


@dataclass(frozen=True)
class Child:
    """A child in a list of several classes."""

    id: uuid.UUID
    name: str
    group: ClassGroup


@dataclass(frozen=True)
class ChildLine:
    """A child with a state for each lesson of the sheet, and for the Code."""

    child: Child
    cells: tuple[Cell, ...]
    code: DecisionState


@dataclass(frozen=True)
class ProgressSheet:
    """The children of one age group, who share their columns."""

    lessons: tuple[tuple[str, str], ...]  # (id, title)
    classes: tuple[tuple[ClassGroup, tuple[ChildLine, ...]], ...]


@dataclass(frozen=True)
class PupilSearch:
    """Every child who matches the search, in order, and the lessons of their classes."""

    children: tuple[Child, ...]
    columns: Mapping[Band, tuple[tuple[str, str], ...]]
    set_for: SetFor
    lessons: Mapping[str, Lesson]
    term_began: date
    today: date


def search_children(
    session: Session,
    classes: Sequence[ClassGroup],
    lessons: Mapping[str, Lesson],
    asked: PupilFilter,
    term_began: date = date.min,
    today: date = date.min,
) -> PupilSearch:
    """Every child in these classes who matches, by class and first name; three queries, however many there are."""
    set_for = _lessons_set(session, classes)
    children = _present_children(session, classes, asked.name)
    if asked.state:
        wanted = asked.lesson_id
        done = progress_in(session, [group.id for group in classes], lessons, term_began, wanted)
        in_class: dict[uuid.UUID, list[tuple[str, SetLesson | None]]] = {group.id: [] for group in classes}
        for class_id, lesson_id in [(group.id, wanted) for group in classes] if wanted else set_for:
            in_class[class_id].append((lesson_id, set_for.get((class_id, lesson_id))))
        children = [
            child
            for child in children
            if any(
                cell_of(done, one, child.id, lesson_id, today) is asked.state
                for lesson_id, one in in_class[child.group.id]
            )
        ]
    columns = {
        band: _lesson_columns(band, classes, list(set_for), lessons, asked.lesson_id)
        for band in {group.band for group in classes}
    }
    return PupilSearch(tuple(children), columns, set_for, lessons, term_began, today)


def progress_sheets(
    session: Session, found: PupilSearch, shown: Sequence[Child], codes: Codes
) -> list[ProgressSheet]:
    """These children with their states, an age group a sheet; two queries, however many there are."""
    groups = list({child.group.id: child.group for child in shown}.values())
    class_ids, pupil_ids = [group.id for group in groups], [child.id for child in shown]
    done = progress_in(session, class_ids, found.lessons, found.term_began, pupil_ids=pupil_ids)
    decided = decisions_of(session, [child.id for child in shown], {group.band.value for group in groups})
    made = []
    for band, of_band in groupby(shown, key=lambda child: child.group.band):
        code = current_code(codes, band.value)
        columns = found.columns[band]
        lines = [
            ChildLine(
                child,
                tuple(
                    cell_of(done, found.set_for.get((child.group.id, id)), child.id, id, found.today)
                    for id, _ in columns
                ),
                decision_state(decided.get((child.id, band.value)), code),
            )
            for child in of_band
        ]
        by_class = [
            (lines_of[0].child.group, tuple(lines_of))
            for _, found_lines in groupby(lines, key=lambda line: line.child.group.id)
            if (lines_of := list(found_lines))
        ]
        made.append(ProgressSheet(columns, tuple(by_class)))
    return made


def normalise_for_search(words: str) -> str:
    """Words as a search compares them: without capitals and accents, so that "zoe" finds Zoë."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    return " ".join("".join(sign for sign in parts if not unicodedata.combining(sign)).split())


def _present_children(session: Session, classes: Sequence[ClassGroup], name: str) -> list[Child]:
    by_id = {group.id: group for group in classes}
    rows = session.execute(
        select(Pupil.id, Pupil.first_name, Pupil.class_group_id).where(
            Pupil.class_group_id.in_(list(by_id)), Pupil.left_on.is_(None)
        )
    )
    wanted = normalise_for_search(name)
    children = [
        Child(id, first_name, by_id[class_id])
        for id, first_name, class_id in rows
        if wanted in normalise_for_search(first_name)
    ]
    order = {group.id: (group.band, place) for place, group in enumerate(classes)}
    return sorted(children, key=lambda child: (*order[child.group.id], child.name.casefold()))


def _lessons_set(session: Session, classes: Sequence[ClassGroup]) -> SetFor:
    found = [(class_id, one) for class_id, sets in sets_in(session, classes).items() for one in sets]
    found.sort(key=lambda of_class: (of_class[1].set_on, of_class[1].lesson_id))
    return {(class_id, one.lesson_id): one for class_id, one in found}


def _lesson_columns(
    band: Band,
    classes: Sequence[ClassGroup],
    set_in_order: Sequence[tuple[uuid.UUID, str]],
    lessons: Mapping[str, Lesson],
    only: str,
) -> tuple[tuple[str, str], ...]:
    """The lessons of an age group: those that a class of it was set, then the others; or the one that was asked for."""
    own = [group for group in classes if group.band == band]
    ids = {group.id for group in own}
    of_band = [lesson_id for class_id, lesson_id in set_in_order if class_id in ids]
    of_band += [one.id for one in lessons.values() if any(map(one.is_for, own))]
    return tuple(
        (lesson_id, lessons[lesson_id].title if lesson_id in lessons else lesson_id)
        for lesson_id in ([only] if only else dict.fromkeys(of_band))
    )


def csv_rows(sheets: Sequence[ProgressSheet], say: Callable[[str], str]) -> list[list[str]]:
    """The rows of the screen; a lesson that is not among those of a child's age group has an empty cell."""
    lessons = dict(lesson for sheet in sheets for lesson in sheet.lessons)
    head = [say(N_("Class")), say(N_("Year")), say(N_("Pupil")), *lessons.values(), say(N_("Code"))]
    body = []
    for sheet in sheets:
        places = {lesson_id: place for place, (lesson_id, _title) in enumerate(sheet.lessons)}
        for group, lines in sheet.classes:
            for line in lines:
                cells = [
                    say(CELL_WORDS[line.cells[places[lesson_id]]]) if lesson_id in places else ""
                    for lesson_id in lessons
                ]
                body.append([group.name, group.year, line.child.name, *cells, say(STATE_WORDS[line.code])])
    return [head, *body]
