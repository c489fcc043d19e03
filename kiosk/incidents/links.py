"""Two cases that belong together: both logs say so, and each names the other only to whoever may read that one too.

The log is the only place where it stands: a row beside it could be written by hand, and would have to be doubted.
"""

import enum
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from kiosk.accounts.models import StaffMember
from kiosk.incidents.actions import refuse_closed
from kiosk.incidents.log import add_entry, note_if_whole
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.incidents.numbers import ABOUT_STAFF
from kiosk.incidents.standing import standing_of
from kiosk.report.opening import OpenedReport
from kiosk.report.reading_routes import PRACTICE


class WhyNotLinked(enum.StrEnum):
    """Why two cases that somebody may read are not linked."""

    ITSELF = "itself"
    PRACTICE = "practice"
    READERS = "readers"  # one is about staff, and the other has other readers


class NotLinked(Exception):
    """These two cases cannot be linked; `why` says why."""

    def __init__(self, why: WhyNotLinked) -> None:
        super().__init__(why.value)
        self.why = why


def can_be_linked(report: OpenedReport) -> bool:
    """Whether a case is ever linked: practice belongs to nothing that a child sent."""
    return report.route.id != PRACTICE


def why_not_linked(one: OpenedReport, other: OpenedReport) -> WhyNotLinked | None:
    """Why two reports that somebody may read cannot be linked; None: they can.

    One about staff is linked only where exactly the same people may read the other: else its number would stand, sealed
    for them, in the log of a case that the person whom it is about may read.
    """
    if one.id == other.id:
        return WhyNotLinked.ITSELF
    if not (can_be_linked(one) and can_be_linked(other)):
        return WhyNotLinked.PRACTICE
    about_staff = {one.route.id, other.route.id} & set(ABOUT_STAFF)
    if about_staff and {reader.id for reader in one.readers} != {reader.id for reader in other.readers}:
        return WhyNotLinked.READERS
    return None


def hold_both(session: Session, one: Incident, other: Incident) -> None:
    """Lock two incidents until this transaction ends, always in the same order, and read them as they are now."""
    session.scalars(
        select(Incident)
        .where(Incident.id.in_([one.id, other.id]))
        .order_by(Incident.number)
        .options(lazyload(Incident.owner))
        .with_for_update(of=Incident)
        .execution_options(populate_existing=True)
    ).all()


def link(
    session: Session,
    incident: Incident,
    report: OpenedReport,
    other: Incident,
    other_report: OpenedReport,
    staff: StaffMember,
    now: datetime,
) -> None:
    """Say in both logs that two cases belong together; said again, it adds nothing.

    The caller holds both. The other one may be closed: what came before is linked, and nothing of it changes. Raises
    IncidentClosed, or NotLinked.
    """
    if why := why_not_linked(report, other_report):
        raise NotLinked(why)
    refuse_closed(incident)
    for here, opened, there in ((incident, report, other), (other, other_report, incident)):
        if there.number not in linked_numbers(standing_of(session, here.id, opened), opened):
            note = f"{there.number:04}"
            add_entry(session, here, staff.id, Act.LINKED, now, note, opened.case_keys[0])


def linked_numbers(entries: Sequence[IncidentEntry], report: OpenedReport) -> list[int]:
    """The numbers of the cases that a log links, whoever may read them; what somebody changed links nothing."""
    found = [linked_number(one, report) for one in entries]
    return sorted({number for number in found if number is not None})


def linked_number(entry: IncidentEntry, report: OpenedReport) -> int | None:
    """The number of the case that a line links; None for any other line, and for one that somebody changed."""
    note = note_if_whole(entry, report.case_keys) if entry.act is Act.LINKED else None
    return int(note) if note and note.isascii() and note.isdecimal() else None
