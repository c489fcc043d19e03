"""Rosters as a OneRoster 1.2 archive (1EdTech): users, classes and enrolments in CSV files."""

import csv
import io
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from kiosk.accounts.roster.csv_file import decode, read_lines
from kiosk.accounts.roster.rows import (
    MOST_ROWS,
    RosterFile,
    RosterProblem,
    RosterRow,
    problem_at,
    tidy_row,
    unusable,
)
from kiosk.messages import N_, Message

FILES = ("manifest.csv", "users.csv", "classes.csv", "enrollments.csv")
MOST_UNPACKED_BYTES = 16 * 1024 * 1024  # of one file: a small archive may unpack to something enormous
# CEDS grade codes that OneRoster uses below year 1.
EARLY_GRADES = {"KG": "R", "TK": "R", "PR": "N", "PK": "N", "IT": "N"}
DANGLING = N_("It names a user or a class that is not in the archive.")
MANY_CLASSES = N_("This child is in several classes, and not exactly one is a “homeroom”.")


class Unreadable(Exception):
    """An archive that kiosk cannot read; `roster` says why."""

    def __init__(self, text: str, **values: str | int) -> None:
        self.roster = unusable(text, **values)
        super().__init__(str(self.roster.problems[0]))


@dataclass(frozen=True)
class OneRosterLine:
    """One line of one file, by column."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "").strip()


def read_oneroster(data: bytes, today: date) -> RosterFile:
    """The children of an archive with the class each is registered in; enrolments past `today` are left out."""
    try:
        tables = _unpack(data)
    except Unreadable as error:
        return error.roster
    manifest = {line["propertyName"]: line["value"] for line in tables["manifest.csv"]}
    if not manifest.get("oneroster.version", "").startswith("1."):
        return unusable(N_("manifest.csv does not say that this is OneRoster 1.2."))
    if "delta" in (
        manifest.get("file.users"),
        manifest.get("file.classes"),
        manifest.get("file.enrollments"),
    ):
        return unusable(N_("This export holds only changes. Make a bulk export, which lists everybody."))
    return _join(tables, today)


def _unpack(data: bytes) -> dict[str, list[OneRosterLine]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = {name: _member(archive, name) for name in FILES}
            return {name: _table(name, _read(archive, member)) for name, member in found.items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Unreadable(N_("The archive is damaged or locked with a password.")) from None


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [info for info in archive.infolist() if info.filename.rsplit("/", 1)[-1].lower() == name]
    if not members:
        raise Unreadable(N_("%(file)s is missing from the archive."), file=name)
    if len(members) > 1:
        raise Unreadable(N_("%(file)s is in the archive twice."), file=name)
    return members[0]


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        data = file.read(MOST_UNPACKED_BYTES + 1)  # what the archive says of its sizes may be untrue
    if len(data) > MOST_UNPACKED_BYTES:
        raise Unreadable(N_("%(file)s is too large when unpacked."), file=member.filename[-60:])
    return data


def _table(name: str, data: bytes) -> list[OneRosterLine]:
    try:
        lines = list(read_lines(decode(data), ","))
    except (UnicodeDecodeError, csv.Error):
        raise Unreadable(N_("%(file)s is not CSV in UTF-8."), file=name) from None
    if not lines:
        raise Unreadable(N_("%(file)s is empty."), file=name)
    columns = [cell.strip() for cell in lines[0][1]]
    return [OneRosterLine(number, dict(zip(columns, cells, strict=False))) for number, cells in lines[1:]]


def _join(tables: dict[str, list[OneRosterLine]], today: date) -> RosterFile:
    users = {line["sourcedId"]: line for line in tables["users.csv"] if _active(line)}
    classes = {line["sourcedId"]: line for line in tables["classes.csv"] if _active(line)}
    problems: list[RosterProblem] = []
    taught: dict[str, set[str]] = defaultdict(set)
    attended: dict[str, dict[str, None]] = defaultdict(dict)
    for line in tables["enrollments.csv"]:
        if not _active(line) or (line["endDate"] and line["endDate"] < today.isoformat()):
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
        return unusable(N_("The file has more than %(most)d children."), most=MOST_ROWS)
    rows: list[RosterRow] = []
    for user, groups in attended.items():
        registered = _registration(list(groups), classes)
        if registered is None:
            problems.append(problem_at(users[user].number, MANY_CLASSES, "users.csv"))
            continue
        row, mistakes = tidy_row(_row(users[user], classes[registered], taught[registered]))
        rows.append(row)
        problems += mistakes
    if not rows and not problems:
        return unusable(N_("No child in the archive is enrolled in a class."))
    return RosterFile(tuple(rows), tuple(problems), notes=_left_out(classes), teachers_must_exist=False)


def _row(user: OneRosterLine, group: OneRosterLine, teachers: set[str]) -> RosterRow:
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


def _registration(groups: list[str], classes: dict[str, OneRosterLine]) -> str | None:
    """The child's registration class: the only class, or the only homeroom."""
    homerooms = [group for group in groups if classes[group]["classType"] == "homeroom"]
    fitting = homerooms or groups
    return fitting[0] if len(fitting) == 1 else None


def _left_out(classes: dict[str, OneRosterLine]) -> tuple[Message, ...]:
    homerooms = sum(group["classType"] == "homeroom" for group in classes.values())
    lessons = len(classes) - homerooms
    if not homerooms or not lessons:
        return ()
    text = N_("%(count)d teaching groups were left out: kiosk works with registration classes.")
    return (Message(text, {"count": lessons}),)


def _active(line: OneRosterLine) -> bool:
    return line["status"].lower() != "tobedeleted"
