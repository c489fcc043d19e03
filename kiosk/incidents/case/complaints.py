"""A complaint has a clock of its own: an answer is due so many days after it came in, and until then no case closes.

The sealed log decides. The rows of `complaint_clock` hold only days, for the queue and the mails, which cannot open a
case.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.forms import NOTE_LONGEST, Filled, Question, is_day
from kiosk.incidents.case.records import record
from kiosk.incidents.case.staff_reports import COMPLAINT as TOLD_COMPLAINT
from kiosk.incidents.case.staff_reports import COMPLAINTS, SOURCE, TOLD_ON
from kiosk.incidents.case_log.entries import answers_of, as_note
from kiosk.incidents.models import Act, ComplaintClock
from kiosk.wording.messages import N_

COMPLAINT = "complaint"
DATA = "data"  # about data protection: calendar days, by law
DUE = "due_on"
FROM = {"child": "pupil", "parent": "parent", "colleague": "staff"}  # who complains, by who told a colleague
ANSWER = (
    Question("complaint", N_("Choose which complaint was answered.")),
    Question("how", N_("Choose how it was answered.")),
    Question("day", N_("Choose the day on which it was answered."), is_day=True),
    Question("note", N_("Write what was answered."), NOTE_LONGEST),
)


class NoSuchComplaint(Exception):
    """No complaint with this line waits for an answer in this case."""


@dataclass(frozen=True)
class AnswerDays:
    """Within how many days a complaint is answered: school days, but calendar days where it is about data."""

    calendar: SchoolCalendar
    school_days: int
    data_days: int

    def due_on(self, about: str, came_on: date) -> date:
        """The last day for an answer to what came in on this day; school days begin with the next one."""
        if about == DATA:
            return came_on + timedelta(days=self.data_days - 1)  # the day on which it came in is the first
        return self.calendar.add_school_days(came_on, self.school_days)


@dataclass(frozen=True)
class Complaint:
    """A complaint with a clock; `id` is that of its line, `answers` what that line says."""

    id: uuid.UUID
    about: str
    came_on: date
    due_on: date
    answers: Mapping[str, str] = field(default_factory=dict)
    answered_on: date | None = None

    def late(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.due_on < today


def check_answered_day(filled: Filled, complaints: Sequence[Complaint]) -> None:
    """Note a mistake where the day of an answer is before the complaint came in."""
    typed, chosen = filled.values["day"], filled.values["complaint"]
    came_on = next((one.came_on for one in complaints if one.id.hex == chosen), date.min)
    if is_day(typed) and date.fromisoformat(typed) < came_on:
        filled.errors.add("day", N_("The complaint came in after that day."))


def start_complaint_clock(
    acting: Acting, case: CaseFile, values: Mapping[str, str], days: AnswerDays
) -> None:
    """Record a complaint and start its clock, once however often it is sent. Raises IncidentClosed."""
    case.refuse_closed()
    if any(values.items() <= one.answers.items() for one in open_complaints(case)):
        return
    due_on = days.due_on(values["about"], date.fromisoformat(values["day"]))
    entry = record(acting, case, COMPLAINT, values, {DUE: due_on.isoformat()})
    acting.school.add(ComplaintClock(entry_id=entry.id, incident_id=case.incident.id, due_on=due_on))


def begin_told(acting: Acting, case: CaseFile, days: AnswerDays, note: str) -> None:
    """Start the clock of a complaint that a colleague wrote down, at the first opening; `note`: what its line says."""
    body = case.report.body
    about, came_on = body.get(TOLD_COMPLAINT), body.get(TOLD_ON, "")
    if about not in COMPLAINTS or not is_day(came_on) or len(case.log) > 1:
        return
    told_by = FROM.get(body.get(SOURCE, ""), "other")
    start_complaint_clock(acting, case, {"about": about, "from": told_by, "day": came_on, "note": note}, days)


def open_complaints(case: CaseFile) -> list[Complaint]:
    """The complaints of a case that nobody has answered, the most pressing first."""
    return [one for one in complaints_in(case) if one.answered_on is None]


def complaints_in(case: CaseFile) -> list[Complaint]:
    """Every complaint that has a clock by the log, the most pressing first; a line without one does not wait."""
    held = {
        entry.id: answers_of(entry, case.report.case_keys)
        for entry in case.entries
        if entry.act in (Act.COMPLAINT, Act.ANSWERED)
    }
    answered = {
        held[one.id].get("complaint"): date.fromisoformat(held[one.id]["day"])
        for one in case.entries
        if one.act is Act.ANSWERED and "day" in held[one.id]
    }
    found = [
        Complaint(
            one.id,
            held[one.id].get("about", ""),
            date.fromisoformat(held[one.id]["day"]),
            date.fromisoformat(held[one.id][DUE]),
            held[one.id],
            answered.get(one.id.hex),
        )
        for one in case.entries
        if one.act is Act.COMPLAINT and DUE in held[one.id]
    ]
    return sorted(found, key=lambda one: (one.due_on, one.id.hex))


def record_answer(acting: Acting, case: CaseFile, values: Mapping[str, str]) -> None:
    """Record that a complaint was answered, which stops its clock. Raises IncidentClosed or NoSuchComplaint."""
    case.refuse_closed()
    ids = {one.id.hex: one.id for one in open_complaints(case)}
    if values["complaint"] not in ids:
        raise NoSuchComplaint
    case.append(acting, Act.ANSWERED, as_note([(one.name, values[one.name]) for one in ANSWER]))
    clock = acting.school.get(ComplaintClock, ids[values["complaint"]])
    if clock:
        clock.answered_on = date.fromisoformat(values["day"])


def due_days(session: Session) -> dict[uuid.UUID, date]:
    """By when the most pressing complaint of each case is to be answered; one query."""
    wanted = (
        select(ComplaintClock.incident_id, func.min(ComplaintClock.due_on).label("due_on"))
        .where(ComplaintClock.answered_on.is_(None))
        .group_by(ComplaintClock.incident_id)
    )
    return {row.incident_id: row.due_on for row in session.execute(wanted)}
