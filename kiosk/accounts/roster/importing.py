"""Import and export of rosters: read a CSV or OneRoster file, apply its plan, list the pupils."""

import contextlib
import itertools
import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kiosk.accounts.classes.access import year_order
from kiosk.accounts.classes.join_cards import end_cards_of
from kiosk.accounts.classes.pupil_keys import shown_pictures
from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.accounts.roster.columns import Columns, guess_columns, remembered_columns
from kiosk.accounts.roster.list_file import open_list, read_list
from kiosk.accounts.roster.oneroster import read_oneroster
from kiosk.accounts.roster.plan import ImportPlan, PlannedClass, plan_import, roster_key
from kiosk.accounts.roster.rows import RosterFile, RosterProblem, bad_roster
from kiosk.accounts.spreadsheets.cells import MEGABYTE, MOST_BYTES, TOO_LARGE, UnreadableFile
from kiosk.accounts.spreadsheets.xlsx_file import is_workbook
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.csv import csv_bytes

__all__ = ["ImportPlan", "apply_plan", "export_roster", "plan_import", "read_known_roster", "read_roster"]

ARCHIVE_START = b"PK\x03\x04"
EXPORTED_COLUMNS = ("first_name", "class", "year", "staff_id")


class PlanNotClean(Exception):
    """A plan has problems, so nothing of it may be written."""


def is_archive(data: bytes) -> bool:
    """Whether a file is an archive of several lists, whose columns are laid down, and not one list."""
    return data.startswith(ARCHIVE_START) and not is_workbook(data)


def read_roster(data: bytes, today: date, columns: Columns | None = None) -> RosterFile:
    """The children of a list or a OneRoster archive; never raises, as every problem is in the result.

    `columns` are those of a list; without them they are guessed from its headings.
    """
    if len(data) > MOST_BYTES:
        return bad_roster(TOO_LARGE, megabytes=MOST_BYTES // MEGABYTE)
    if is_archive(data):
        return read_oneroster(data, today)
    try:
        table = open_list(data)
    except UnreadableFile as refused:
        return RosterFile(problems=(RosterProblem(0, refused.message),))
    if columns is None or len(columns) != len(table.headings):
        columns = guess_columns(table)
    return read_list(table, columns)


def read_known_roster(session: Session, site_key: SiteKey, data: bytes, today: date) -> RosterFile:
    """The same, with the columns that somebody chose on the page for a list with these headings."""
    columns = None
    if not is_archive(data):
        with contextlib.suppress(UnreadableFile):
            columns = remembered_columns(session, roster_key(site_key), open_list(data))
    return read_roster(data, today, columns)


def apply_plan(
    session: Session, plan: ImportPlan, today: date, site_key: SiteKey, things: Sequence[str]
) -> list[Pupil]:
    """Write a plan and return the new pupils, who have no key yet; raises PlanNotClean if it has problems.

    `things` are the ids of the key pictures; each new child gets one of them as a picture for their name.
    """
    if plan.problems:
        raise PlanNotClean
    classes = {group.name.casefold(): group for group in session.scalars(select(ClassGroup))}
    for planned in plan.classes:
        classes[planned.name.casefold()] = _write_class(
            session, classes.get(planned.name.casefold()), planned
        )
    pupils = {pupil.id: pupil for pupil in session.scalars(select(Pupil))}
    for pupil_id in plan.leaver_ids:
        # for a term a leaver who was only missing comes back with everything
        pupils[pupil_id].left_on = today
    _free_names(session, plan, pupils)
    new, cards_end = [], list(plan.leaver_ids)
    for child in plan.pupils:
        pupil = pupils.get(child.pupil_id) if child.pupil_id else None
        group = classes[child.class_name.casefold()]
        if pupil is None:
            pupil = Pupil(id=uuid.uuid4(), picture="")
            new.append(pupil)
        elif pupil.class_group_id != group.id:
            cards_end.append(pupil.id)
        pupil.class_group = group
        pupil.first_name, pupil.left_on = child.label, None
        pupil.roster_digest, pupil.name_digest = child.number_digest, child.name_digest
        session.add(pupil)
    session.flush()
    end_cards_of(session, cards_end)
    _give_pictures(session, site_key, things)
    return new


def export_roster(session: Session) -> bytes:
    """The pupils as CSV, with first names as the class sees them; kiosk stores no last names."""
    groups = session.scalars(
        select(ClassGroup).options(selectinload(ClassGroup.teachers), selectinload(ClassGroup.pupils))
    )
    rows = [
        (pupil.first_name, group.name, group.year, " ".join(teacher.email for teacher in group.teachers))
        for group in sorted(groups, key=lambda group: (year_order(group.year), group.name))
        for pupil in sorted(group.pupils, key=lambda pupil: pupil.first_name.casefold())
        if pupil.left_on is None
    ]
    return csv_bytes([EXPORTED_COLUMNS, *rows])


def _write_class(session: Session, group: ClassGroup | None, planned: PlannedClass) -> ClassGroup:
    if group is None:
        group = ClassGroup(name=planned.name)
        session.add(group)
    group.year, group.band = planned.year, planned.band
    if planned.teacher_ids:
        group.teachers = list(
            session.scalars(select(StaffMember).where(StaffMember.id.in_(planned.teacher_ids)))
        )
    return group


def _free_names(session: Session, plan: ImportPlan, pupils: dict[uuid.UUID, Pupil]) -> None:
    """Free the names that others will take: children may swap classes, and a leaver may have a newcomer's name.

    A name is unique in a class at every moment; the temporary names here are replaced a few lines later.
    """
    planned = {child.pupil_id for child in plan.pupils if child.pupil_id}
    taken = {(pupil.class_group_id, pupil.first_name) for pupil in pupils.values()}
    labels = {(child.class_name.casefold(), child.label.casefold()) for child in plan.pupils}
    for pupil in pupils.values():
        if pupil.id in planned:
            pupil.first_name = f"~{pupil.id.hex}"
        elif (pupil.class_group.name.casefold(), pupil.first_name.casefold()) in labels:
            pupil.first_name = _leaver_name(pupil, taken)
    session.flush()


def _leaver_name(pupil: Pupil, taken: set[tuple[uuid.UUID, str]]) -> str:
    """The name that old records show for a leaver when a newcomer takes the name: "Amira (left 2026)"."""
    base = f"{pupil.first_name} (left {pupil.left_on:%Y})"
    numbered = (base if number == 1 else f"{base} {number}" for number in itertools.count(1))
    name = next(name for name in numbered if (pupil.class_group_id, name) not in taken)
    taken.add((pupil.class_group_id, name))
    return name


def _give_pictures(session: Session, site_key: SiteKey, things: Sequence[str]) -> None:
    """A picture for each child, unique in the class and never one of the sixteen of the child's key."""
    for group in session.scalars(select(ClassGroup).options(selectinload(ClassGroup.pupils))):
        taken: set[str] = set()
        for pupil in sorted(group.pupils, key=lambda pupil: (pupil.picture == "", pupil.id)):
            if pupil.left_on or (pupil.picture and pupil.picture not in taken):
                taken.add(pupil.picture)
                continue
            own = shown_pictures(site_key, pupil.id, things)
            free = [thing for thing in things if thing not in taken]
            fitting = [thing for thing in free if thing not in own] or free or list(things)
            pupil.picture = fitting[int.from_bytes(pupil.id.bytes[:4]) % len(fitting)]
            taken.add(pupil.picture)
    session.flush()
