"""What an import would change, calculated before anything is written; how names are compared for it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.classes.access import year_order
from kiosk.accounts.models import Pupil, StaffMember
from kiosk.accounts.roster.rows import LINES_NAMED, RosterFile, RosterProblem, RosterRow, problem_at
from kiosk.bands import Band, band_of_year
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import N_, Message

LONGEST_LABEL = 60
MANY_LEAVE_SHARE = 0.1
SAME_LABEL = N_("Two children of this class have the same name. Write a second first name for one.")
AGAIN = N_(
    "%(count)d lines name a child of the same class again and count once: %(lines)s. "
    "If they are two children, write a second first name for one."
)


def roster_key(site_key: SiteKey) -> bytes:
    """The key of all digests of pupils' numbers and names, which outlasts the site key."""
    return site_key.lasting.derive("roster")


def pupil_number_digest(key: bytes, number: str) -> bytes:
    """A digest of a pupil's number that only this school can make; spaces, case and zeros in front do not count."""
    plain = "".join(number.split()).upper()
    plain = plain.lstrip("0") if plain.isdigit() else plain
    return blake2b(plain.encode(), key=key, digest_size=32, person=b"pupil-number").digest()


def name_digest(key: bytes, row: RosterRow) -> bytes:
    """The same of first and last name."""
    name = f"{row.first_name.casefold()}\x1f{row.last_name.casefold()}"
    return blake2b(name.encode(), key=key, digest_size=32, person=b"pupil-name").digest()


class KnownPupils:
    """The children of the school, to be found by number or, where a list has none or others, by name."""

    def __init__(self, pupils: Iterable[Pupil], key: bytes, rows: Iterable[RosterRow]) -> None:
        self._key = key
        self.by_id = {pupil.id: pupil for pupil in pupils}
        self._by_number = {one.roster_digest: one for one in self.by_id.values() if one.roster_digest}
        self._by_name: dict[bytes, list[Pupil]] = defaultdict(list)
        self._by_tile: dict[tuple[str, str], list[Pupil]] = defaultdict(list)
        for pupil in self.by_id.values():
            if pupil.name_digest:
                self._by_name[pupil.name_digest].append(pupil)
            elif not pupil.roster_digest:  # no list has named this child yet
                self._by_tile[_tile(pupil.class_group.name, pupil.first_name)].append(pupil)
        given = {pupil_number_digest(key, row.pupil_id) for row in rows if row.pupil_id}
        # Not one number is known: the school has other numbers now. Otherwise another number is another child.
        self._other_numbers = not given & self._by_number.keys()
        self._found: set[uuid.UUID] = {self._by_number[one].id for one in given & self._by_number.keys()}

    def find(self, row: RosterRow) -> Pupil | None:
        """The child of a row; nobody is found twice."""
        if row.pupil_id and (known := self._by_number.get(pupil_number_digest(self._key, row.pupil_id))):
            return known
        named = (
            self._by_name[name_digest(self._key, row)] or self._by_tile[_tile(row.class_name, row.first_name)]
        )
        alike = [
            pupil
            for pupil in named
            if pupil.id not in self._found
            and (not row.pupil_id or not pupil.roster_digest or self._other_numbers)
        ]
        here = [pupil for pupil in alike if not pupil.left_on] or alike
        same_class = [one for one in here if one.class_group.name.casefold() == row.class_name.casefold()]
        chosen = here if len(here) == 1 else same_class
        if len(chosen) != 1:
            return None
        self._found.add(chosen[0].id)
        return chosen[0]


def _tile(class_name: str, first_name: str) -> tuple[str, str]:
    return class_name.casefold(), first_name.casefold()


def tile_labels(rows: Iterable[RosterRow]) -> dict[int, str]:
    """The first name of each child of one class by place in `rows`: "Amira", or "Amira K" and "Amira S".

    It adds as few letters of the last name as needed; children with the same full name are left out.
    """
    alike: dict[str, list[tuple[int, RosterRow]]] = defaultdict(list)
    for place, row in enumerate(rows):
        alike[row.first_name.casefold()].append((place, row))
    labels: dict[int, str] = {}
    taken: set[str] = set()
    for group in sorted(alike.values(), key=len):
        found = _tell_apart([row for _, row in group], taken)
        labels.update({place: label for (place, _), label in zip(group, found, strict=False)})
        taken.update(label.casefold() for label in found)
    return labels


def _tell_apart(rows: list[RosterRow], taken: set[str]) -> list[str]:
    for letters in range(0 if len(rows) == 1 else 1, max(len(row.last_name) for row in rows) + 1):
        labels = [f"{row.first_name} {row.last_name[:letters]}".strip() for row in rows]
        different = {label.casefold() for label in labels}
        if (
            len(different) == len(rows)
            and not different & taken
            and all(len(x) <= LONGEST_LABEL for x in labels)
        ):
            return labels
    return []


@dataclass(frozen=True)
class RosterChange:
    """One line of the preview: who, in which class, and what it was before (class or name)."""

    name: str
    class_name: str
    was: str = ""


@dataclass(frozen=True)
class PlannedClass:
    """A class as it will be; teachers stay as they are where the file names none."""

    name: str
    year: str
    band: Band
    teacher_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class PlannedPupil:
    """A child as they will be; `pupil_id` is None for a new one."""

    pupil_id: uuid.UUID | None
    label: str
    class_name: str
    number_digest: bytes | None
    name_digest: bytes


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do. Nothing may be written while there are problems."""

    new: tuple[RosterChange, ...] = ()
    returned: tuple[RosterChange, ...] = ()
    moved: tuple[RosterChange, ...] = ()
    renamed: tuple[RosterChange, ...] = ()
    leavers: tuple[RosterChange, ...] = ()
    problems: tuple[RosterProblem, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    classes: tuple[PlannedClass, ...] = ()
    pupils: tuple[PlannedPupil, ...] = ()
    leaver_ids: tuple[uuid.UUID, ...] = ()

    @property
    def many_leave(self) -> bool:
        """Whether so many pupils would leave that the file may be of one class and not of the school."""
        before = len(self.pupils) - len(self.new) - len(self.returned) + len(self.leavers)
        return len(self.leavers) > before * MANY_LEAVE_SHARE

    def lets_go(self, counted: int | None) -> bool:
        """Whether its leavers may go: they are few, or whoever imports has counted them."""
        return not self.many_leave or counted == len(self.leavers)


def plan_import(session: Session, roster: RosterFile, site_key: SiteKey) -> ImportPlan:
    """Compare a roster of the whole school with the database and find every problem at once."""
    problems = list(roster.problems)
    key = roster_key(site_key)
    staff = {member.email: member.id for member in session.scalars(select(StaffMember)) if not member.left_on}
    notes = list(roster.notes)
    unknown = _unknown_teachers(roster.rows, staff)
    if roster.teachers_must_exist:
        problems += unknown
    elif unknown:
        notes.append(_note_teachers(unknown))
    children = _one_row_a_child(roster.rows, key, problems, notes)
    groups: dict[str, list[RosterRow]] = defaultdict(list)
    for row in children:
        groups[row.class_name.casefold()].append(row)
    known = KnownPupils(session.scalars(select(Pupil).options(joinedload(Pupil.class_group))), key, children)
    classes: list[PlannedClass] = []
    pupils: list[PlannedPupil] = []
    for rows in groups.values():
        classes.append(_plan_class(rows, staff, problems))
        labels = tile_labels(rows)
        for place, row in enumerate(rows):
            if place not in labels:
                problems.append(problem_at(row.line, SAME_LABEL, row.file))
                continue
            pupils.append(_plan_pupil(row, labels[place], rows[0].class_name, known, key))
    if problems:
        problems.sort(key=lambda problem: (problem.file, problem.line))
        return ImportPlan(
            problems=tuple(problems), ignored_columns=roster.ignored_columns, notes=tuple(notes)
        )
    return _compare_with_school(pupils, classes, known.by_id, roster.ignored_columns, tuple(notes))


def _compare_with_school(
    planned: list[PlannedPupil],
    classes: list[PlannedClass],
    before: Mapping[uuid.UUID, Pupil],
    ignored_columns: tuple[str, ...],
    notes: tuple[Message, ...],
) -> ImportPlan:
    new, returned, moved, renamed = [], [], [], []
    for child in planned:
        was = before.get(child.pupil_id) if child.pupil_id else None
        if was is None:
            new.append(RosterChange(child.label, child.class_name))
        elif was.left_on:
            returned.append(RosterChange(child.label, child.class_name))
        elif was.class_group.name.casefold() != child.class_name.casefold():
            moved.append(RosterChange(child.label, child.class_name, was.class_group.name))
        elif was.first_name != child.label:
            renamed.append(RosterChange(child.label, child.class_name, was.first_name))
    staying = {child.pupil_id for child in planned}
    leavers = [pupil for pupil in before.values() if not pupil.left_on and pupil.id not in staying]
    return ImportPlan(
        tuple(new),
        tuple(returned),
        tuple(moved),
        tuple(renamed),
        tuple(RosterChange(pupil.first_name, pupil.class_group.name) for pupil in leavers),
        (),
        ignored_columns,
        notes,
        tuple(sorted(classes, key=lambda group: (year_order(group.year), group.name))),
        tuple(planned),
        tuple(pupil.id for pupil in leavers),
    )


def _plan_pupil(row: RosterRow, label: str, class_name: str, known: KnownPupils, key: bytes) -> PlannedPupil:
    found = known.find(row)
    number = found.roster_digest if found else None  # a list without numbers takes none away
    if row.pupil_id:
        number = pupil_number_digest(key, row.pupil_id)
    return PlannedPupil(found.id if found else None, label, class_name, number, name_digest(key, row))


def _plan_class(
    rows: list[RosterRow], staff: Mapping[str, uuid.UUID], problems: list[RosterProblem]
) -> PlannedClass:
    """A class may mix years of one band, such as 3/4; pages of two bands cannot be shown to one class."""
    years: dict[str, Band] = {}
    for row in rows:
        try:
            years[row.year] = band_of_year(row.year)
        except ValueError:
            continue  # it has been reported as a problem already
    bands = list(years.values())
    text = N_(
        "Year %(year)s is of another age group than the first child of class %(class)s. Use two class names."
    )
    for row in rows:
        if row.year in years and years[row.year] != bands[0]:
            problems.append(
                problem_at(row.line, text, row.file, **{"year": row.year, "class": row.class_name})
            )
    teachers = {staff[email] for row in rows for email in row.teachers if email in staff}
    year = "/".join(sorted(years, key=year_order))
    return PlannedClass(rows[0].class_name, year, bands[0] if bands else Band.KS2, tuple(sorted(teachers)))


def _unknown_teachers(rows: Iterable[RosterRow], staff: Mapping[str, uuid.UUID]) -> list[RosterProblem]:
    text = N_("Nobody here has the school e-mail “%(email)s”. Invite them first.")
    return [
        problem_at(row.line, text, row.file, email=email[:60])
        for row in rows
        for email in row.teachers
        if email not in staff
    ]


def _one_row_a_child(
    rows: Iterable[RosterRow], key: bytes, problems: list[RosterProblem], notes: list[Message]
) -> list[RosterRow]:
    """A child may stand in a list once for each subject; in two classes, or under two names, nobody can be."""
    same_number = N_("The pupil number is on another line already.")
    same_name = N_(
        "The same name is in another class already. "
        "If they are two children, add a column with their pupil numbers."
    )
    first: dict[bytes, tuple[int, RosterRow]] = {}
    children: list[RosterRow] = []
    again: list[int] = []
    for row in rows:
        if not row.first_name or not row.last_name:
            children.append(row)
            continue
        digest = pupil_number_digest(key, row.pupil_id) if row.pupil_id else name_digest(key, row)
        place, before = first.setdefault(digest, (len(children), row))
        if before is row:
            children.append(row)
        elif _kept_of(before) == _kept_of(row):
            again.append(row.line)
            teachers = tuple(dict.fromkeys(before.teachers + row.teachers))
            children[place] = replace(before, teachers=teachers)
            first[digest] = place, children[place]
        else:
            text = same_number if row.pupil_id else same_name
            problems.append(problem_at(row.line, text, row.file))
            children.append(row)
    if again:
        named = ", ".join(str(line) for line in again[:LINES_NAMED]) + (" …" if again[LINES_NAMED:] else "")
        notes.append(Message(AGAIN, {"count": len(again), "lines": named}))
    return children


def _kept_of(row: RosterRow) -> tuple[str, ...]:
    return row.first_name.casefold(), row.last_name.casefold(), row.class_name.casefold(), row.year


def _note_teachers(unknown: Iterable[RosterProblem]) -> Message:
    text = N_(
        "%(count)d teachers have no account here yet. Invite them, then import again to give them their classes."
    )
    return Message(text, {"count": len({problem.message.values["email"] for problem in unknown})})
