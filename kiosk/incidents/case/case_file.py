"""A case as every verb takes it, and who acts: one object each, so that no verb takes them apart again."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.numbers import LARGEST
from kiosk.incidents.case_log.entries import Note, add_entry, entries_of, lines_in_effect, sealed_text
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry, Level
from kiosk.report.access.integrity_columns import IN_BODY
from kiosk.report.access.opening import EARLIER_KEYS, OpenedReport, Opener
from kiosk.report.access.renewal import ASIDE
from kiosk.report.access.sealed_report import READERS
from kiosk.sealing.envelope import EnvelopeBroken

CHANGES = frozenset({READERS, ASIDE, EARLIER_KEYS, IN_BODY})  # what kiosk writes into the sealed text later


class IncidentClosed(Exception):
    """Nothing is added to a closed incident; reopen it first."""


@dataclass(frozen=True)
class CaseViewer:
    """Who looks at cases, at which moment, by which calendar, and in which databases; their key may be put away."""

    staff: StaffMember
    now: datetime
    calendar: SchoolCalendar
    school: Session
    reports: Session

    @property
    def today(self) -> date:
        """The school's day at this moment."""
        return self.now.astimezone(self.calendar.zone).date()


@dataclass(frozen=True)
class Acting(CaseViewer):
    """Who does something about a case, with the key that opens it."""

    opener: Opener


@dataclass(frozen=True)
class CaseFile:
    """An incident with its report, for somebody who may read it, and its log, which is read when it is first asked for.

    What is read stays as it is: `fresh` gives the case with its log as it is after a line was added.
    """

    incident: Incident
    report: OpenedReport
    school: Session

    @cached_property
    def log(self) -> Sequence[IncidentEntry]:
        """Every line of the case log, newest first."""
        return entries_of(self.school, self.incident.id)

    @cached_property
    def entries(self) -> Sequence[IncidentEntry]:
        """The log lines that have an effect, newest first: without those that were taken back."""
        return lines_in_effect(self.log, self.report.case_keys)

    @property
    def entries_since_reopening(self) -> Sequence[IncidentEntry]:
        """Those of `entries` that count for closing it: what was decided before it was reopened is decided anew."""
        newest = next((place for place, one in enumerate(self.entries) if one.act is Act.REOPENED), None)
        return self.entries[:newest]

    @property
    def case_key(self) -> bytes:
        """What the notes of its log are sealed with."""
        return self.report.case_keys[0]

    def fresh(self) -> "CaseFile":
        """The same case, whose log is read from the database again when it is next asked for."""
        return CaseFile(self.incident, self.report, self.school)

    def append(self, acting: Acting, act: Act, note: str = "", id: uuid.UUID | None = None) -> IncidentEntry:
        """Add a line to its log; the caller holds the incident. `id`: that of a line that is added once."""
        sealed = Note(note, self.case_key, id)
        return add_entry(self.school, self.incident, acting.staff.id, act, acting.now, sealed)

    def refuse_closed(self) -> None:
        """Raise IncidentClosed if it is closed."""
        if self.incident.closed_at is not None:
            raise IncidentClosed


def digest_of(body: Mapping[str, Any]) -> str:
    """A digest of the child's part of a sealed text, which never changes."""
    part = {name: value for name, value in body.items() if name not in CHANGES}
    return blake2b(json.dumps(part, sort_keys=True).encode(), digest_size=32).hexdigest()


def is_unchanged_since_opening(case: CaseFile) -> bool:
    """Whether a report holds what it held at the first opening; true of those opened before the log kept that."""
    for entry in case.log:
        if entry.act is Act.OPENED and entry.sealed_note:
            try:
                return sealed_text(entry, case.report.case_keys) == digest_of(case.report.body)
            except EnvelopeBroken:  # sealed with a key that the report no longer has
                return False
    return True


def is_severe(case: CaseFile) -> bool:
    """Whether a child may be or have been harmed, by what the child said or by what staff made of it.

    The route comes from the sealed text, because anybody with write access to the database could change the row.
    """
    report = case.report
    return report.route.retention == "protection" or report.urgent or case.incident.level is Level.URGENT


def needs_second_reader(case: CaseFile, outcome: CaseOutcome, staff: StaffMember | None = None) -> bool:
    """Whether a second reader must agree: to closing what is severe, and to calling anything not meant seriously or not
    to be followed up.

    Also where `staff`, who closes it, changed its level last by its log: else one person could make what a colleague
    called urgent an ordinary case, and close that.
    """
    levels = [entry for entry in case.entries if entry.act is Act.LEVEL]
    last = max(levels, key=lambda entry: entry.seq, default=None)
    own_level = staff is not None and last is not None and last.staff_id == staff.id
    alone_no = (CaseOutcome.NOT_SERIOUS, CaseOutcome.NO_ACTION)
    return own_level or outcome in alone_no or is_severe(case)


def incident_of(session: Session, number: int, for_update: bool = False) -> Incident | None:
    """The incident with this number; `held`: locked against other writers until this transaction ends."""
    # Only the owner's name is shown, so the roles are not asked for.
    with_owner = joinedload(Incident.owner).lazyload(StaffMember.holdings)
    # Else the number of no case; it is looked up all the same, so that all cost the same.
    asked = number if number <= LARGEST else 0
    query = select(Incident).where(Incident.number == asked).options(with_owner)
    return session.scalar(query.with_for_update(of=Incident) if for_update else query)
