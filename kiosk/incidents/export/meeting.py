"""One page for a meeting: which open cases stand on it, and what is said of each; never a child's words, never a note.

Cases about staff are never on it, whoever prints it: paper may be seen by people who must not know of them.
"""

import enum
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.assignment import Unavailable, staff_availability
from kiosk.incidents.case.case_file import Acting, CaseFile, CaseViewer
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case.tasks import Task, open_tasks_in, why_not_by_person
from kiosk.incidents.case_log.entries import NOT_LISTED
from kiosk.incidents.models import Act, Incident
from kiosk.incidents.queue.open_cases import CaseExtras, OpenCase, cases_for, open_incidents
from kiosk.incidents.queue.unread import listing_at
from kiosk.report.access.listing import opened_rows
from kiosk.report.access.opening import KeyNotGranted, ReportNotYours, read_report
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.web.forms import FormErrors
from kiosk.wording.messages import N_

MOST_CASES = 20
SHRED_AFTER = 5  # school days until the page has to be destroyed
_NOT_ON_PAPER = frozenset(ABOUT_STAFF)
# A line saying that somebody stepped aside would reveal that the case may be about a member of staff.
_NOT_SHOWN = (*NOT_LISTED, Act.OPENED, Act.STEPPED_ASIDE)


class Purpose(enum.StrEnum):
    """The meetings for which such a page can be printed."""

    TEAM = "team"
    SUPERVISION = "supervision"


@dataclass(frozen=True)
class MeetingForm:
    """Which cases are ticked, by number, and for what; with what has to be corrected."""

    numbers: Collection[int] = ()
    purpose: Purpose | None = None
    errors: FormErrors = field(default_factory=FormErrors)


@dataclass(frozen=True)
class MeetingCase:
    """What stands on the page of one case: what was done by kind, and what is to do."""

    case: OpenCase
    acts: Sequence[Act]  # in the order in which they first happened
    tasks: Sequence[Task]
    why_not: Mapping[uuid.UUID, Unavailable | None]  # why an owner of a task cannot act


def read_meeting(purpose: str, numbers: Sequence[int], known: Collection[int]) -> MeetingForm:
    """The form as it was sent; a number that is not in `known` is ignored, whether or not such a case exists."""
    errors, chosen = FormErrors(), [one for one in known if one in set(numbers)]
    if not chosen:
        errors.add("cases", N_("Tick the cases that go on the page."))
    elif len(chosen) > MOST_CASES:
        errors.add("cases", N_("Tick %(most)d cases at most."), most=MOST_CASES)
    if purpose not in set(Purpose):
        errors.add("purpose", N_("Choose what the page is for."))
    return MeetingForm(chosen, Purpose(purpose) if purpose in set(Purpose) else None, errors)


def cases_for_meetings(looking: CaseViewer) -> list[OpenCase]:
    """The open cases that this person may read and that may stand on paper, those that are due first."""
    incidents = open_incidents(looking.school)
    rows = opened_rows(looking.reports, looking.staff.id, {one.report_id for one in incidents})
    there = staff_availability(
        looking.school, looking.reports, {one.owner_id for one in incidents}, looking.today
    )
    beside = CaseExtras(listing_at(looking.calendar, looking.now))
    cases = cases_for(looking, incidents, rows, there, beside)
    on_paper = [one for one in cases if one.report.route.id not in _NOT_ON_PAPER]
    return sorted(on_paper, key=lambda one: (one.incident.next_step_by, one.incident.number))


def for_meeting(acting: Acting, cases: Sequence[OpenCase]) -> tuple[list[MeetingCase], list[int]]:
    """What the page says of these cases, and the numbers of those that cannot be opened, which keep no other from it.

    One that its sealed text does not let this person read is left out.
    """
    school, reports = acting.school, acting.reports
    ids = [one.incident.id for one in cases]
    rows = {one.id: one for one in school.scalars(select(Incident).where(Incident.id.in_(ids)))}
    found: list[MeetingCase] = []
    broken: list[int] = []
    for case in cases:
        try:
            report = read_report(reports, case.incident.report_id, acting.opener)
        except ReportNotYours:
            continue
        except (KeyNotGranted, EnvelopeBroken):
            broken.append(case.incident.number)
            continue
        if report.route.id in _NOT_ON_PAPER:
            continue
        opened = CaseFile(rows[case.incident.id], report, school)
        entries = sorted(opened.entries, key=lambda one: one.seq)
        acts = dict.fromkeys(one.act for one in entries if one.act not in _NOT_SHOWN)
        tasks = open_tasks_in(opened)
        why_not = why_not_by_person(school, reports, report, {one.owner_id for one in tasks}, acting.today)
        found.append(MeetingCase(case, list(acts), tasks, why_not))
    return found, broken


def shred_by(calendar: SchoolCalendar, today: date) -> date:
    """By when the page is to be destroyed: the next school day but four."""
    day = today
    for _ in range(SHRED_AFTER):
        day = calendar.next_opening(calendar.hours(day)[1]).date()
    return day
