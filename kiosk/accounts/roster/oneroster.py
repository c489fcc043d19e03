"""Rosters as a OneRoster 1.2 archive (1EdTech): users, classes and enrolments in CSV files."""

import csv
import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from kiosk.accounts.roster.rows import (
    MOST_ROWS,
    RosterFile,
    RosterProblem,
    RosterRow,
    bad_roster,
    problem_at,
    tidy_row,
)
from kiosk.accounts.spreadsheets.cells import MEGABYTE
from kiosk.wording.messages import N_, Message

# A small archive may unpack to something enormous (a zip bomb). A real one for 5,000 children stays well below these
# limits.
MOST_UNPACKED_BYTES = 16 * MEGABYTE  # of one file
MOST_TOGETHER_BYTES = 24 * MEGABYTE  # of all the files that are read
MOST_LINES = 20 * MOST_ROWS  # of one file: each child may stand in many classes
LONGEST_LINE = 64 * 1024
MOST_COLUMNS = 200
PIECE_BYTES = 64 * 1024
# The others unpack a whole block at once, or take memory by what the archive says.
KNOWN_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
TOO_LARGE = N_(
    "%(file)s unpacks to more than %(megabytes)d MB, far more than a school's list. Export it again, and import that."
)
TOO_LARGE_TOGETHER = N_(
    "The files of the archive unpack to more than %(megabytes)d MB together, far more than a school's list. "
    "Export it again, and import that."
)
TOO_MANY_LINES = N_(
    "%(file)s has more than %(most)d lines, far more than a school's list. Export it again, and import that."
)
# Each file that is read, with the columns of it that are used.
FILES = {
    "manifest.csv": ("propertyName", "value"),
    "users.csv": (
        "sourcedId",
        "status",
        "givenName",
        "familyName",
        "preferredGivenName",
        "preferredFamilyName",
        "email",
        "grades",
    ),
    "classes.csv": ("sourcedId", "status", "title", "grades", "classType"),
    "enrollments.csv": ("status", "classSourcedId", "userSourcedId", "role", "endDate"),
}
# CEDS grade codes that OneRoster uses below year 1.
EARLY_GRADES = {"KG": "R", "TK": "R", "PR": "N", "PK": "N", "IT": "N"}
DANGLING = N_("It names a user or a class that is not in the archive.")
MANY_CLASSES = N_("This child is in several classes, and not exactly one is a “homeroom”.")


class Unreadable(Exception):
    """An archive that kiosk cannot read; `roster` says why."""

    def __init__(self, text: str, **values: str | int) -> None:
        self.roster = bad_roster(text, **values)
        super().__init__(str(self.roster.problems[0]))


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """One line of one file, by column; a column that the file does not have is empty."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass
class _UnpackAllowance:
    """How many bytes may still be unpacked from the archive."""

    left: int = field(default_factory=lambda: MOST_TOGETHER_BYTES)


def unpack(data: bytes, files: Mapping[str, Collection[str]]) -> dict[str, list[ArchiveLine]]:
    """The lines of the named files, each with the columns that are asked for; raises Unreadable."""
    allowance = _UnpackAllowance()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = {name: _archive_member(archive, name) for name in files}
            return {
                name: _read_table(archive, member, name, files[name], allowance)
                for name, member in found.items()
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Unreadable(N_("The archive is damaged or locked with a password.")) from None


def _archive_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [info for info in archive.infolist() if info.filename.rsplit("/", 1)[-1].lower() == name]
    if not members:
        raise Unreadable(N_("%(file)s is missing from the archive."), file=name)
    if len(members) > 1:
        raise Unreadable(N_("%(file)s is in the archive twice."), file=name)
    if members[0].compress_type not in KNOWN_PACKING:
        raise Unreadable(
            N_("%(file)s is packed in a way that kiosk does not read. Make an ordinary .zip file."), file=name
        )
    return members[0]


def _read_table(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    name: str,
    columns: Collection[str],
    allowance: _UnpackAllowance,
) -> list[ArchiveLine]:
    with archive.open(member) as packed:
        try:
            lines = list(_archive_lines(_text_of(_CountingReader(packed, name, allowance)), name, columns))
        except (UnicodeDecodeError, csv.Error):
            raise Unreadable(N_("%(file)s is not CSV in UTF-8."), file=name) from None
    if not lines:
        raise Unreadable(N_("%(file)s is empty."), file=name)
    return lines[1:]


class _CountingReader(io.RawIOBase):
    """What a file unpacks to, a piece at a time; stops at the first byte too many, whatever the archive says."""

    def __init__(self, packed: IO[bytes], name: str, allowance: _UnpackAllowance) -> None:
        self._packed, self._name, self._allowance = packed, name, allowance
        self._left = MOST_UNPACKED_BYTES

    def readable(self) -> bool:
        """It is read, and nothing else."""
        return True

    def readinto(self, into: Any) -> int:
        """Fill `into`; raises Unreadable once more was unpacked than is allowed."""
        view = memoryview(into)
        piece = self._packed.read(min(len(view), PIECE_BYTES))
        self._left -= len(piece)
        self._allowance.left -= len(piece)
        if self._left < 0:
            raise Unreadable(TOO_LARGE, file=self._name, megabytes=MOST_UNPACKED_BYTES // MEGABYTE)
        if self._allowance.left < 0:
            raise Unreadable(TOO_LARGE_TOGETHER, megabytes=MOST_TOGETHER_BYTES // MEGABYTE)
        view[: len(piece)] = piece
        return len(piece)


def _text_of(unpacked: io.RawIOBase) -> io.TextIOWrapper:
    buffered = io.BufferedReader(unpacked, PIECE_BYTES)
    utf16 = buffered.peek(2)[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return io.TextIOWrapper(buffered, encoding="utf-16" if utf16 else "utf-8-sig", newline="")


def _archive_lines(text: io.TextIOWrapper, name: str, columns: Collection[str]) -> Iterator[ArchiveLine]:
    """The heading and every line that is not blank; of each only the columns that are asked for."""
    reader = csv.reader(_short_lines(text, name), strict=True)
    places: dict[str, int] | None = None
    start, count = 1, 0
    for cells in reader:
        number, start = start, reader.line_num + 1
        count += 1
        if count > MOST_LINES:
            raise Unreadable(TOO_MANY_LINES, file=name, most=MOST_LINES)
        if not any(cell.strip() for cell in cells):
            continue
        if places is None:
            places = {cell.strip(): place for place, cell in enumerate(cells[:MOST_COLUMNS])}
        held = {
            column: cells[places[column]].strip()
            for column in columns
            if places.get(column, len(cells)) < len(cells)
        }
        yield ArchiveLine(number, held)


def _short_lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    for number, line in enumerate(iter(lambda: text.readline(LONGEST_LINE), ""), start=1):
        if len(line) == LONGEST_LINE:
            raise csv.Error("a line without an end")
        if number > MOST_LINES:  # also where a quotation mark makes one row of many lines
            raise Unreadable(TOO_MANY_LINES, file=name, most=MOST_LINES)
        yield line


def read_oneroster(data: bytes, today: date) -> RosterFile:
    """The children of an archive with the class each is registered in; enrolments past `today` are left out."""
    try:
        tables = unpack(data, FILES)
    except Unreadable as error:
        return error.roster
    manifest = {line["propertyName"]: line["value"] for line in tables["manifest.csv"]}
    if not manifest.get("oneroster.version", "").startswith("1."):
        return bad_roster(N_("manifest.csv does not say that this is OneRoster 1.2."))
    if "delta" in (
        manifest.get("file.users"),
        manifest.get("file.classes"),
        manifest.get("file.enrollments"),
    ):
        return bad_roster(N_("This export holds only changes. Make a bulk export, which lists everybody."))
    return _join_tables(tables, today)


def _join_tables(tables: dict[str, list[ArchiveLine]], today: date) -> RosterFile:
    users = {line["sourcedId"]: line for line in tables["users.csv"] if _is_active(line)}
    classes = {line["sourcedId"]: line for line in tables["classes.csv"] if _is_active(line)}
    problems: list[RosterProblem] = []
    taught: dict[str, set[str]] = defaultdict(set)
    attended: dict[str, dict[str, None]] = defaultdict(dict)
    for line in tables["enrollments.csv"]:
        if not _is_active(line) or (line["endDate"] and line["endDate"] < today.isoformat()):
            continue
        user, group, role = line["userSourcedId"], line["classSourcedId"], line["role"]
        if role not in {"student", "teacher"}:
            continue
        if user not in users or group not in classes:
            problems.append(problem_at(line.number, DANGLING, "enrollments.csv"))
        elif role == "teacher":
            taught[group].add(users[user]["email"].lower())
        else:
            attended[user][group] = None
    if len(attended) > MOST_ROWS:
        return bad_roster(N_("The file has more than %(most)d children."), most=MOST_ROWS)
    rows: list[RosterRow] = []
    for user, groups in attended.items():
        registered = _registration_class(list(groups), classes)
        if registered is None:
            problems.append(problem_at(users[user].number, MANY_CLASSES, "users.csv"))
            continue
        row, mistakes = tidy_row(_roster_row(users[user], classes[registered], taught[registered]))
        rows.append(row)
        problems += mistakes
    if not rows and not problems:
        return bad_roster(N_("No child in the archive is enrolled in a class."))
    return RosterFile(tuple(rows), tuple(problems), notes=_left_out(classes), teachers_must_exist=False)


def _roster_row(user: ArchiveLine, group: ArchiveLine, teachers: set[str]) -> RosterRow:
    grade = _one_grade(group["grades"]) or _one_grade(user["grades"])
    return RosterRow(
        line=user.number,
        first_name=user["preferredGivenName"] or user["givenName"],
        last_name=user["preferredFamilyName"] or user["familyName"],
        class_name=group["title"],
        year=EARLY_GRADES.get(grade.upper(), grade),
        teachers=tuple(sorted(email for email in teachers if email)),
        pupil_id=user["sourcedId"],
        file="users.csv",
    )


def _one_grade(grades: str) -> str:
    """The year of a class or child; empty if several are given."""
    named = [grade.strip() for grade in grades.split(",") if grade.strip()]
    return named[0] if len(named) == 1 else ""


def _registration_class(groups: list[str], classes: dict[str, ArchiveLine]) -> str | None:
    """The child's registration class: the only class, or the only homeroom."""
    homerooms = [group for group in groups if classes[group]["classType"] == "homeroom"]
    fitting = homerooms or groups
    return fitting[0] if len(fitting) == 1 else None


def _left_out(classes: dict[str, ArchiveLine]) -> tuple[Message, ...]:
    homerooms = sum(group["classType"] == "homeroom" for group in classes.values())
    lessons = len(classes) - homerooms
    if not homerooms or not lessons:
        return ()
    text = N_("%(count)d teaching groups were left out: kiosk works with registration classes.")
    return (Message(text, {"count": lessons}),)


def _is_active(line: ArchiveLine) -> bool:
    return line["status"].lower() != "tobedeleted"
