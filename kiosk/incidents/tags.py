"""Which of the four kinds of risk online a case is about, as a reader of it sees it; never who a child is."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.actions import refuse_closed
from kiosk.incidents.log import add_entry, note_if_whole
from kiosk.incidents.models import Act, CaseTag, Incident, IncidentEntry, RiskTag
from kiosk.incidents.numbers import ABOUT_STAFF
from kiosk.report.opening import OpenedReport
from kiosk.report.reading_routes import PRACTICE, ROUTES, SELF_TEST


def can_be_tagged(route: str) -> bool:
    """Whether cases of this route have tags: not those about staff, and none that no child sent."""
    return route in ROUTES and route not in (*ABOUT_STAFF, PRACTICE, SELF_TEST)


def set_tags(
    session: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    tags: Collection[RiskTag],
    report: OpenedReport,
    entries: Sequence[IncidentEntry],
) -> None:
    """Say which kinds of risk a case is about, in place of what was said before; said again, it adds no line.

    The caller holds the incident. Raises IncidentClosed, or ValueError for no tag or a route that has none.
    """
    if not tags or not can_be_tagged(report.route.id):
        raise ValueError("a case that can have tags has at least one")
    refuse_closed(incident)
    # What stands in clear is made what the log says, also where somebody changed it by hand.
    show_in_clear(session, incident, tags)
    if set(tags_in(entries, report)) != set(tags):
        note = " ".join(tag.value for tag in RiskTag if tag in tags)
        add_entry(session, incident, staff.id, Act.TAGGED, now, note, report.case_keys[0])


def show_in_clear(session: Session, incident: Incident, tags: Collection[RiskTag]) -> None:
    """Put these tags of an incident, and no others, where they are counted."""
    session.execute(delete(CaseTag).where(CaseTag.incident_id == incident.id))
    session.add_all(CaseTag(incident_id=incident.id, tag=tag) for tag in RiskTag if tag in tags)


def tags_in(entries: Sequence[IncidentEntry], report: OpenedReport) -> list[RiskTag]:
    """What the newest line about tags says; nothing if there is none, or if somebody changed it."""
    lines = [one for one in entries if one.act is Act.TAGGED]
    newest = max(lines, key=lambda one: one.seq, default=None)
    return tags_of_note(note_if_whole(newest, report.case_keys) or "") if newest else []


def tags_of_note(note: str) -> list[RiskTag]:
    """The tags that a line of the log names."""
    named = note.split()
    return [tag for tag in RiskTag if tag.value in named]
