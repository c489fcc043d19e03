"""Cases that belong together: linked, or one of them leads and the others close into it (promise Q10).

Both logs say so, and that is all: a row beside them could be written by hand, and would have to be doubted. Each case
keeps its words, its log, its clock and its child to answer. For whoever may not read both, neither belongs to anything.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case_log.entries import answers_of, as_note, note_if_whole
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.report.access.opening import KeyNotGranted, OpenedReport, ReportNotYours, read_report, readable
from kiosk.report.models import Report, ReportState
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.wording.messages import N_

BELONGS, LEADS = "belongs", "leads"  # the role of a log's own case, in a line about two cases
INTO = "into"  # a value in the line that closes a case: it was closed because it belongs to another case


class CannotLink(Exception):
    """Two cases cannot be linked, or one cannot belong to the other; it holds the reason in words for staff."""


ITSELF = N_("This is the number of the case itself. Write that of the other one.")


def why_not_linked(one: OpenedReport, other: OpenedReport) -> str:
    """Why two reports that somebody may read cannot be linked, in words; none: they can.

    One about staff is linked only where exactly the same people may read the other: else its number would stand, sealed
    for them, in the log of a case that the person whom it is about may read.
    """
    if one.id == other.id:
        return ITSELF
    about_staff = {one.route.id, other.route.id} & set(ABOUT_STAFF)
    if about_staff and {reader.id for reader in one.readers} != {reader.id for reader in other.readers}:
        return N_(
            "One of the two is about a grown-up at school. It is linked only to a case that exactly the same people "
            "may read."
        )
    return ""


def hold_cases(session: Session, ids: Collection[uuid.UUID]) -> None:
    """Lock incidents until this transaction ends, always in the same order, and read them as they are now."""
    session.scalars(
        select(Incident)
        .where(Incident.id.in_(ids))
        .order_by(Incident.number)
        .options(lazyload(Incident.owner))
        .with_for_update(of=Incident)
        .execution_options(populate_existing=True)
    ).all()


def link_cases(acting: Acting, case: CaseFile, other: CaseFile) -> None:
    """Say in both logs that two cases belong together; said again, it adds nothing.

    The caller holds both. The other one may be closed: what came before is linked, and nothing of it changes. Raises
    IncidentClosed, or CannotLink.
    """
    if why := why_not_linked(case.report, other.report):
        raise CannotLink(why)
    case.refuse_closed()
    for here, there in ((case, other), (other, case)):
        if there.incident.number not in linked_numbers(here.entries, here.report):
            here.append(acting, Act.LINKED, f"{there.incident.number:04}")


def linked_numbers(entries: Sequence[IncidentEntry], report: OpenedReport) -> list[int]:
    """The numbers of the cases that a log links, whoever may read them; what somebody changed links nothing."""
    found = [linked_number(one, report) for one in entries]
    return sorted({number for number in found if number is not None})


def linked_number(entry: IncidentEntry, report: OpenedReport) -> int | None:
    """The number of the case that a line links; None for any other line, and for one that somebody changed."""
    note = note_if_whole(entry, report.case_keys) if entry.act is Act.LINKED else None
    return int(note) if note and note.isascii() and note.isdecimal() else None


@dataclass(frozen=True)
class CaseGroup:
    """A case with all that belong to it, as far as this person may read them; a single case is a group of one."""

    case: CaseFile
    others: Sequence[CaseFile] = ()
    shut: Sequence[int] = ()  # numbers of cases that this person's new key does not open yet
    unseen: Sequence[Incident] = ()  # the rows of those that this person may not read: no page tells
    belongs_to: CaseFile | None = None

    @property
    def ids(self) -> set[uuid.UUID]:
        """The incidents of all these cases."""
        above = [self.belongs_to] if self.belongs_to else []
        return {one.incident.id for one in (self.case, *self.others, *above)}

    @property
    def cases(self) -> list[CaseFile]:
        """The case, and those that belong to it."""
        return [self.case, *self.others]


def belongs_line(entry: IncidentEntry, report: OpenedReport) -> tuple[str, int] | None:
    """The role of its own case and the number of the other in a line about two; None for any other or changed line."""
    if entry.act not in (Act.BELONGS, Act.PARTED):
        return None
    values = answers_of(entry, report.case_keys)
    try:
        return values["role"], int(values["number"])
    except (KeyError, ValueError):
        return None


def links_in_log(case: CaseFile) -> tuple[int | None, set[int]]:
    """The number of the case to which this one belongs by its log, and of those that belong to it.

    Handing over ends every tie, reopening ends belonging.
    """
    belongs_to: int | None = None
    leads: set[int] = set()
    for entry in sorted(case.entries, key=lambda one: one.seq):
        if entry.act is Act.HANDED_OVER:
            belongs_to, leads = None, set()
        elif entry.act is Act.REOPENED:
            belongs_to = None
        elif line := belongs_line(entry, case.report):
            parted, (role, number) = entry.act is Act.PARTED, line
            if role == BELONGS:
                belongs_to = None if parted else number
            else:
                leads = leads - {number} if parted else leads | {number}
    return belongs_to, leads


def group_of(acting: Acting, case: CaseFile) -> CaseGroup:
    """What belongs to this case, and what it belongs to, where both logs say so and this person may read both.

    The same queries are made whether another one exists, or is for others to read (promise S9).
    """
    belongs_to, leads = links_in_log(case)
    wanted = leads | ({belongs_to} if belongs_to else set())
    rows = acting.school.scalars(
        select(Incident)
        .where(Incident.number.in_(wanted))
        .order_by(Incident.number)
        .options(joinedload(Incident.owner).lazyload(StaffMember.holdings))
    ).all()
    opener, number = acting.opener, case.incident.number
    mine = readable(acting.reports, [one.report_id for one in rows], opener.id, opener.roles)
    others: list[CaseFile] = []
    shut: list[int] = []
    above: CaseFile | None = None
    unseen = [row for row in rows if row.report_id not in mine and row.number in leads]
    for row in rows:
        if row.report_id not in mine:
            continue
        try:
            one = CaseFile(row, read_report(acting.reports, row.report_id, opener), acting.school)
        except KeyNotGranted:
            shut += [row.number] if row.number in leads else []
        except (ReportNotYours, EnvelopeBroken):
            continue
        else:
            above_it, below_it = links_in_log(one)
            if row.number in leads and above_it == number:
                others.append(one)
            elif row.number == belongs_to and number in below_it:
                above = one
    return CaseGroup(case, others, shut, unseen, above)


def why_not_belongs(one: CaseGroup, other: CaseGroup) -> str:
    """Why an open case cannot belong to the other one, in words; none: it can."""
    here, there = one.case.report, other.case.report
    if here.id == there.id:
        return ITSELF
    if other.case.incident.closed_at is not None:
        return N_("That case is closed. Reopen it first, or link the two.")
    if here.route.id != there.route.id:
        return N_("That case is another kind of report. Link the two, and work on each.")
    if {reader.id for reader in here.readers} != {reader.id for reader in there.readers}:
        return N_("Not exactly the same people may read that case. Link the two, and work on each.")
    if one.belongs_to or one.others or one.shut or other.belongs_to:
        return N_("One of the two leads others, or belongs to one already. Write the number of that one.")
    return ""


def record_belonging(acting: Acting, case: CaseFile, other: CaseFile) -> None:
    """Say in both logs, once, that a case belongs to the other; both are held. Raises IncidentClosed or CannotLink."""
    case.refuse_closed()
    one, there = group_of(acting, case), group_of(acting, other)
    if one.belongs_to and one.belongs_to.incident.id == other.incident.id:
        return
    if why := why_not_belongs(one, there):
        raise CannotLink(why)
    _note_both(acting, case, other, Act.BELONGS)


def record_parting(acting: Acting, one: CaseGroup) -> None:
    """Say in both logs, once, that a case belongs to no other; both are held. Raises IncidentClosed."""
    one.case.refuse_closed()
    if one.belongs_to:
        _note_both(acting, one.case, one.belongs_to, Act.PARTED)


def leave_unseen(acting: Acting, group: CaseGroup) -> None:
    """Open again what closed into a case that ends now, where whoever ends it may not read that: its readers decide."""
    hold_cases(acting.school, [row.id for row in group.unseen])
    here = Report.id.in_([row.report_id for row in group.unseen]), Report.state != ReportState.CLOSED
    at_work = acting.reports.scalars(select(Report.id).where(*here)).all()
    for row in group.unseen:  # its log is not for this person to write
        if row.closed_at and row.report_id in at_work:
            row.outcome, row.closed_at, row.next_step_by = None, None, acting.now


def closed_as_part_of_another(case: CaseFile) -> bool:
    """Whether a case is closed because it belongs to another case; its child still gets answers here."""
    newest = next((one for one in case.entries if one.act in (Act.CLOSED, Act.REOPENED)), None)
    if newest is None or newest.act is not Act.CLOSED:
        return False
    return INTO in answers_of(newest, case.report.case_keys)


def _note_both(acting: Acting, case: CaseFile, other: CaseFile, act: Act) -> None:
    for here, there, role in ((case, other, BELONGS), (other, case, LEADS)):
        here.append(acting, act, as_note([("role", role), ("number", f"{there.incident.number:04}")]))
