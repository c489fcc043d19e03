"""Closing an incident: one person closes what is ordinary; what is severe needs a debrief and a second (promise Q4)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.actions import refuse_closed
from kiosk.incidents.complaints import waiting
from kiosk.incidents.drafts import end_drafts
from kiosk.incidents.forms import GENERAL_LONGEST, NOTE_LONGEST, Question
from kiosk.incidents.log import add_entry, note_if_whole
from kiosk.incidents.models import Act, CaseOutcome, Closing, Incident, IncidentEntry, Level, PlannedChange
from kiosk.incidents.records import answers_in, as_note
from kiosk.incidents.tasks import LEFT, refuse_unnamed
from kiosk.messages import N_
from kiosk.outbox import queue_alert
from kiosk.report.opening import OpenedReport, set_closed
from kiosk.report.reading_routes import PRACTICE

LESSON, NO_LESSON = "lesson", "none"
FOLLOWERS = (
    "followers"  # in the line that asks a second reader: the cases that are to be closed with this one
)
OUTCOME = Question(
    "outcome", N_("Choose how it ended. An incident needs an outcome before it can be closed.")
)
RESULT = Question("note", N_("Write what the result was, so that it can be checked later."), NOTE_LONGEST)
DEBRIEF = (
    Question("happened", N_("Write in general words what happened."), GENERAL_LONGEST),
    Question("learned", N_("Write what the school learns from it."), GENERAL_LONGEST),
    Question("change", N_("Write what changes now, or “nothing” and why."), GENERAL_LONGEST),
    Question(LESSON),
    Question("owner", N_("Choose who sees to it.")),
    Question("due_on", N_("Choose by which day."), is_day=True),
)
# What ends that somebody asked for a second reader; so does stepping aside of whoever asked.
ANSWERS = (Act.NOT_YET, Act.CLOSED, Act.REOPENED, Act.HANDED_OVER)
# What must have been decided before something severe can be closed, unless it was not meant seriously.
DECIDED: Mapping[str, tuple[Act, ...]] = {
    "parents": (Act.PARENTS,),
    "outside": (Act.REFERRED, Act.NOT_REFERRED),
}


class NeedsSecond(Exception):
    """One person alone cannot close this incident like this."""


class NotDecided(Exception):
    """Something severe is closed only when it was decided about parents, and about police or social care.

    And nothing is closed while a complaint waits for its answer.
    """


class AskedAlready(Exception):
    """Somebody has asked a second reader already."""


class NotTheSecond(Exception):
    """Nobody waits for a second reader, or this person is the one who asked."""


def is_severe(incident: Incident, report: OpenedReport) -> bool:
    """Whether a child may be or have been harmed, by what the child said or by what staff made of it.

    The route is the one in the sealed text: the row of an incident can be changed by whoever writes the database.
    """
    if report.route.id == PRACTICE:
        return False
    protects = report.route.retention == "protection"
    return protects or report.urgent or incident.level is Level.URGENT


def needs_second(
    incident: Incident,
    report: OpenedReport,
    outcome: CaseOutcome,
    entries: Sequence[IncidentEntry] = (),
    staff: StaffMember | None = None,
) -> bool:
    """Whether a second reader must agree: to closing what is severe, and to calling anything not meant seriously.

    Also where `staff`, who closes it, changed its level last by its log: else one person could make what a colleague
    called urgent an ordinary case, and close that.
    """
    if report.route.id == PRACTICE:
        return False
    levels = [entry for entry in entries if entry.act is Act.LEVEL]
    last = max(levels, key=lambda entry: entry.seq, default=None)
    own_level = staff is not None and last is not None and last.staff_id == staff.id
    return own_level or outcome is CaseOutcome.NOT_SERIOUS or is_severe(incident, report)


def questions_for(severe: bool, lessons: bool = True) -> tuple[Question, ...]:
    """The questions of closing an incident; a debrief where it is severe, with a lesson where one fits (`lessons`)."""
    debrief = [one for one in DEBRIEF if lessons or one.name != LESSON]
    return (OUTCOME, RESULT, *(debrief if severe else ()))


def decided(entries: Sequence[IncidentEntry]) -> dict[str, bool]:
    """Each of DECIDED, and whether the log says that it was."""
    acts = {entry.act for entry in entries}
    return {name: bool(acts & set(lines)) for name, lines in DECIDED.items()}


def refuse_complaints(entries: Sequence[IncidentEntry], report: OpenedReport) -> None:
    """Raise NotDecided while a complaint of this case waits for its answer."""
    if waiting(entries, report):
        raise NotDecided


def close(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    values: Mapping[str, str],
    report: OpenedReport,
    entries: Sequence[IncidentEntry],
) -> None:
    """Close an ordinary incident; the log and the number stay. The caller commits `school` before `reports`.

    `values`: the answers to `questions_for`, and LEFT. Raises IncidentClosed, NeedsSecond where one person is not
    enough, AskedAlready where somebody waits for a second reader, whoever that is, NotDecided while a complaint waits,
    or TasksOpen.
    """
    refuse_closed(incident)
    refuse_complaints(entries, report)
    if asked(school, incident, entries):
        raise AskedAlready
    refuse_unnamed(entries, report, values)
    if needs_second(incident, report, CaseOutcome(values["outcome"]), entries, staff):
        raise NeedsSecond
    end(school, reports, incident, staff, now, values, report)


def ask_second(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    values: Mapping[str, str],
    report: OpenedReport,
    entries: Sequence[IncidentEntry],
) -> None:
    """Ask the other readers of a report to agree to closing it, and alert them; it stays open until one does.

    Raises IncidentClosed, AskedAlready, NotDecided, or TasksOpen.
    """
    refuse_closed(incident)
    refuse_complaints(entries, report)
    outcome = CaseOutcome(values["outcome"])
    if (
        is_severe(incident, report)
        and outcome is not CaseOutcome.NOT_SERIOUS
        and not all(decided(entries).values())
    ):
        raise NotDecided
    if asked(school, incident, entries):
        raise AskedAlready
    refuse_unnamed(entries, report, values)
    school.merge(Closing(incident_id=incident.id, asked_by_id=staff.id, outcome=outcome))
    _note(school, incident, staff, now, Act.CLOSE_ASKED, values, report)
    queue_alert(reports, incident.report_id, [one.email for one in report.readers if one.id != staff.id])


def asked(session: Session, incident: Incident, entries: Sequence[IncidentEntry]) -> IncidentEntry | None:
    """The line of what waits for a second reader; a row that fits no such line was put there by hand."""
    row, line = session.get(Closing, incident.id), asked_in(entries)
    return line if row and line and row.asked_by_id == line.staff_id else None


def asked_in(entries: Sequence[IncidentEntry]) -> IncidentEntry | None:
    """The newest line that asks for a second reader, if nothing has answered it since."""
    ordered = sorted(entries, key=lambda entry: entry.seq, reverse=True)
    line = next((one for one in ordered if one.act in (Act.CLOSE_ASKED, *ANSWERS)), None)
    if line is None or line.act is not Act.CLOSE_ASKED:
        return None
    left = {one.staff_id for one in ordered if one.act is Act.STEPPED_ASIDE}
    return None if line.staff_id in left else line


def asked_for(entries: Sequence[IncidentEntry], report: OpenedReport) -> dict[str, str]:
    """What the person who asks had written: the answers to the questions of closing."""
    line = asked_in(entries)
    note = note_if_whole(line, report.case_keys) if line else None
    return dict(answers_in(note)) if note else {}


def agree(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    entries: Sequence[IncidentEntry],
    report: OpenedReport,
    seen: str,
) -> None:
    """Close an incident as somebody else asked. The caller commits `school` before `reports`.

    `seen`: the id, as hex, of the line that this person was shown; nothing else is agreed to, so neither what was
    asked anew since then. Raises NotTheSecond, NotDecided where a complaint has come in since, or TasksOpen where
    there is more to do than when it was asked.
    """
    refuse_closed(incident)
    refuse_complaints(entries, report)
    line, closing = asked(school, incident, entries), school.get(Closing, incident.id)
    values = asked_for(entries, report)
    if line is None or closing is None or line.staff_id == staff.id or line.id.hex != seen:
        raise NotTheSecond
    # What is closed is what stands sealed in the log, and its outcome is the one of the row that everybody saw.
    if values.get("outcome") != closing.outcome.value:
        raise NotTheSecond
    refuse_unnamed(entries, report, values)
    end(school, reports, incident, staff, now, {"outcome": values["outcome"], "note": ""}, report)
    if values.get("change"):
        _plan_change(school, incident, values)


def send_back(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    note: str,
    report: OpenedReport,
) -> None:
    """Say that it is not to be closed yet, and why; also by whoever asked. Raises NotTheSecond if nobody asked."""
    closing = school.get(Closing, incident.id)
    if closing is None:
        raise NotTheSecond
    school.delete(closing)
    add_entry(school, incident, staff.id, Act.NOT_YET, now, note, report.case_keys[0])
    queue_alert(
        reports, incident.report_id, [one.email for one in report.readers if one.id == closing.asked_by_id]
    )


def waiting_for_second(session: Session) -> dict[uuid.UUID, uuid.UUID]:
    """Incident id to the id of who asked, for everything that waits for a second reader."""
    rows = session.execute(select(Closing.incident_id, Closing.asked_by_id))
    return {row.incident_id: row.asked_by_id for row in rows}


def end(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    values: Mapping[str, str],
    report: OpenedReport,
) -> None:
    """Close an incident, whatever it is: `close`, `agree` and `closing_joined` ask whether it may be."""
    school.execute(delete(Closing).where(Closing.incident_id == incident.id))  # also one put there by hand
    end_drafts(school, incident.id)
    incident.outcome, incident.closed_at = CaseOutcome(values["outcome"]), now
    incident.follows_id = None
    _note(school, incident, staff, now, Act.CLOSED, values, report)
    set_closed(reports, report, closed=True)


def _note(
    session: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    act: Act,
    values: Mapping[str, str],
    report: OpenedReport,
) -> None:
    names = [*(question.name for question in questions_for(severe=True)), LEFT, FOLLOWERS]
    answers = [(name, values.get(name, "")) for name in names]
    note = as_note([(name, value) for name, value in answers if value])
    add_entry(session, incident, staff.id, act, now, note, report.case_keys[0])


def _plan_change(session: Session, incident: Incident, values: Mapping[str, str]) -> None:
    lesson = values.get(LESSON) or NO_LESSON
    session.add(
        PlannedChange(
            incident_id=incident.id,
            what=values["change"],
            lesson_id=lesson if lesson != NO_LESSON else None,
            owner_id=uuid.UUID(values["owner"]),
            due_on=date.fromisoformat(values["due_on"]),
        )
    )
