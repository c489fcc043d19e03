"""Exports a case to the child protection file: the export is logged before the copy leaves kiosk.

The exported bytes are kept sealed, so that the same line always gives the same file; the line holds its digest, so
that a copy can be compared.
"""

import json
import uuid
from collections.abc import Collection, Mapping
from hashlib import sha256

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.forms import LINE_LONGEST, Question
from kiosk.incidents.case_log.entries import answers_in, answers_of, as_note, line_with, note_of
from kiosk.incidents.models import Act, FiledCopy, Incident, IncidentEntry
from kiosk.report.access.opening import OpenedReport
from kiosk.roles import Role
from kiosk.sealing.envelope import EnvelopeBroken, seal_note, unseal_note
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import N_

FILE = "file"  # the name of the form
SCHOOL_FILE = "school-file"  # the one purpose that puts it into the school's own file
DIGEST = "digest"
QUESTIONS = (
    Question("purpose", N_("Choose what it is for.")),
    Question("to", N_("Write the name of the person or the office that gets it."), LINE_LONGEST),
)


def can_be_filed(report: OpenedReport, roles: Collection[str]) -> bool:
    """Whether somebody with these roles, who reads this report, may hand it over: a matter of protection, to the lead.

    The route comes from the sealed text, because anybody with write access to the database could change the row.
    """
    protects = report.route.retention == "protection"
    return protects and Role.DSL in roles


def filing_id(
    key: SiteKey, incident: Incident, staff: StaffMember, once: str, values: Mapping[str, str]
) -> uuid.UUID:
    """The id of the log's line for one hand-over out of one form of one person: sent twice, it is one line."""
    parts = (incident.id.hex, staff.id.hex, once, *(values[question.name] for question in QUESTIONS))
    return uuid.UUID(bytes=key.derive("filing-id", json.dumps(parts).encode(), 16))


def hand_to_file(
    acting: Acting, case: CaseFile, values: Mapping[str, str], file: bytes, id: uuid.UUID
) -> None:
    """Write in the log that this file goes out, and keep it; nothing happens if the line is there already.

    The caller holds the incident's lock, and shows nothing of the file before this is committed. A closed case can be
    handed over as well: its file often moves on long after.
    """
    if line_with(acting.school, case.incident, Act.FILED, id):
        return
    answers = [(question.name, values[question.name]) for question in QUESTIONS]
    case.append(acting, Act.FILED, as_note([*answers, (DIGEST, sha256(file).hexdigest())]), id)
    acting.school.add(FiledCopy(entry_id=id, sealed=seal_note(case.case_key, file.decode("ascii"))))


def filed_copy(session: Session, entry: IncidentEntry, case_keys: list[bytes]) -> tuple[bytes, str]:
    """What went out with a line, as it went out, and its digest; raises EnvelopeBroken if it is not that any more."""
    kept = session.get(FiledCopy, entry.id)
    if kept is None:
        raise EnvelopeBroken("the copy is gone")
    file = unseal_note(case_keys, kept.sealed).encode()
    digest = dict(answers_in(note_of(entry, case_keys))).get(DIGEST, "")
    if sha256(file).hexdigest() != digest:
        raise EnvelopeBroken("not what went out")
    return file, digest


def first_filed_entry(case: CaseFile) -> IncidentEntry | None:
    """The first line by which a case went into the school's own file of the child; None where none says so."""
    filed = (one for one in sorted(case.entries, key=lambda one: one.seq) if one.act is Act.FILED)
    keys = case.report.case_keys
    return next((one for one in filed if answers_of(one, keys).get("purpose") == SCHOOL_FILE), None)
