"""Rosters as a OneRoster 1.2 archive (1EdTech): users, classes and enrolments in CSV files."""

from collections import defaultdict
from datetime import date

from kiosk.accounts.roster.archive import ArchiveLine, Unreadable, unpack
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


def read_oneroster(data: bytes, today: date) -> RosterFile:
    """The children of an archive with the class each is registered in; enrolments past `today` are left out."""
    try:
        tables = unpack(data, FILES)
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


def _join(tables: dict[str, list[ArchiveLine]], today: date) -> RosterFile:
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


def _row(user: ArchiveLine, group: ArchiveLine, teachers: set[str]) -> RosterRow:
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


def _registration(groups: list[str], classes: dict[str, ArchiveLine]) -> str | None:
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


def _active(line: ArchiveLine) -> bool:
    return line["status"].lower() != "tobedeleted"
