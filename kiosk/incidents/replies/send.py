"""Answering a child who asked for an answer: its form, and how long the child has waited.

One answer is sent once, however often its form comes. That a child waits is said by the log and no row of the reports
(promise C11).
"""

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.deadlines import Clock, read_clock
from kiosk.incidents.case.links import closed_as_part_of_another
from kiosk.incidents.case.text_advice import names_the_child
from kiosk.incidents.case_log.entries import line_with
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.report.access.opening import OpenedRow
from kiosk.report.form.answers import is_nonce
from kiosk.report.form.groups import is_from_adult
from kiosk.report.replies.threads import IN_BODY, LONGEST_REPLY, add_reply, show_state
from kiosk.sealing.site_key import SiteKey
from kiosk.web.forms import FormErrors
from kiosk.wording.messages import N_


def answer_id(key: SiteKey, incident: Incident, staff: StaffMember, once: str, text: str) -> uuid.UUID:
    """The id of the log's line for this text out of one form of one person: sent twice, it is one answer (promise C10).

    Only this site can make it, so it also says that the text was looked at before it is sent.
    """
    parts = (incident.id.hex, staff.id.hex, once, text)
    return uuid.UUID(bytes=key.derive("answer-id", json.dumps(parts).encode(), 16))


def send_answer(acting: Acting, case: CaseFile, text: str, id: uuid.UUID) -> None:
    """Send an answer to the child once: nothing happens if the log has a line with this id already.

    The caller holds the incident's lock and commits `reports` before `school`, so that a power cut in between does
    not send the answer twice. Raises IncidentClosed or NoReplyThread, and then nothing is changed.
    """
    if line_with(acting.school, case.incident, Act.REPLIED, id):
        return
    if not closed_as_part_of_another(case):
        case.refuse_closed()
    add_reply(acting.reports, case.report.body, text, acting.today, id)
    case.append(acting, Act.REPLIED, text, id)


def note_opened(acting: Acting, case: CaseFile) -> None:
    """At the first opening, show the child that somebody has read the report."""
    if len(case.incident.entries) == 1:
        show_state(acting.reports, case.report.body, "read", acting.today)


OWN = "own"  # the writer's own words instead of a ready answer


@dataclass(frozen=True)
class AnswerDraft:
    """An answer as its form was sent."""

    # A random word by which a form that is sent twice is known.
    once: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    ready: str = ""  # a ready answer, OWN, or nothing chosen
    note: str = ""
    looked: str = ""  # the token that the preview page gave for exactly these words


def read_draft(sent: Mapping[str, str]) -> AnswerDraft:
    """The form as it came; one without its random word gets a new one, and has to be looked at again."""
    once = sent.get("once", "")
    return AnswerDraft(
        once if is_nonce(once) else AnswerDraft().once,
        sent.get("ready", ""),
        sent.get("note", "").replace("\r\n", "\n").strip(),
        sent.get("looked", ""),
    )


def text_of(draft: AnswerDraft, ready: Mapping[str, str]) -> str:
    """The words that would go to the child; `ready`: the words of each ready answer on offer."""
    return ready.get(draft.ready, draft.note)


WRITE_TO_CHILD = N_("Write to the child, or choose a ready answer.")
WRITE_TO_ADULT = N_("Write your answer.")


def errors_in(draft: AnswerDraft, ready: Mapping[str, str], body: Mapping[str, Any]) -> FormErrors:
    """What keeps these words from being sent to the child who sent `body`."""
    errors, text = FormErrors(), text_of(draft, ready)
    if draft.ready not in {"", OWN, *ready}:
        errors.add("ready", N_("Choose a ready answer, or your own words."))
    elif draft.note and draft.note != text:
        both = N_("You chose a ready answer and wrote words of your own. Choose which of them to send.")
        errors.add("ready", both)
    elif not text:
        errors.add("note", WRITE_TO_ADULT if is_from_adult(body) else WRITE_TO_CHILD)
    elif len(text) > LONGEST_REPLY:
        too_long = N_("This is longer than %(limit)d letters. Make it shorter; nothing is lost.")
        errors.add("note", too_long, limit=LONGEST_REPLY)
    elif names_the_child(text, body):
        errors.add("note", N_("Leave out the child's name: other people may see the screen."))
    return errors


ANSWER_SCHOOL_DAYS = 2


def answer_clock(calendar: SchoolCalendar, report: OpenedRow, now: datetime) -> Clock | None:
    """The clock of the first answer, from the end of the report's slot; None where the child asked for none."""
    if IN_BODY not in report.body:
        return None
    start = calendar.slot_end(report.slot)
    due = calendar.add_school_time(start, ANSWER_SCHOOL_DAYS * calendar.school_day_minutes())
    return read_clock(calendar, start, due, now)


def answer_late(acting: Acting, case: CaseFile) -> Clock | None:
    """The clock of an open incident whose child asked for an answer and has none after two school days; else None."""
    clock = answer_clock(acting.calendar, case.report, acting.now)
    if clock is None or not clock.late or case.incident.closed_at is not None:
        return None
    return None if is_answered(case.entries) else clock


def is_answered(entries: Sequence[IncidentEntry]) -> bool:
    """Whether a child has an answer, by these lines of a log."""
    return any(one.act is Act.REPLIED for one in entries)
