"""What a colleague needs to know of a case, in general words: they learn neither its number nor its kind (promise S9).

A colleague has no key, so these words stand in clear until they are read; whoever writes them is told so, and shown
what to think of. The log keeps them sealed. A row counts only with its line in the log and a proof that this school
alone can make: a change by hand in the database is said, and never shown as what a reader wrote or a colleague read.
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.forms import GENERAL_LONGEST, Question
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case.severity import is_severe
from kiosk.incidents.case.text_advice import Found, named, names_the_child
from kiosk.incidents.case_log.entries import answers_in, as_note, note_if_whole
from kiosk.incidents.models import Act, IncidentEntry, PassedWord
from kiosk.report.access.opening import OpenedReport
from kiosk.report.access.renewal import kept_out_of
from kiosk.report.access.routes import PRACTICE
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import N_, Message

WORD = "word"  # the form
IN_A_ROW = 4  # so many words of the child's in a row are a quotation
QUESTIONS = (
    Question("colleague", N_("Choose who needs to know.")),
    Question("note", N_("Write what they need to know, in words of your own."), GENERAL_LONGEST),
)
CHILDS_WORDS = N_("The child wrote it in these words. Say it in your own.")
CHILDS_NAME = N_("The child gave this name. Nobody needs to know who wrote: leave it out.")
A_NAME = N_("This looks like a name. Leave it out, unless they cannot help without it.")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


class NotToBeTold(Exception):
    """Of this case this person tells no colleague, or not this one."""


@dataclass(frozen=True)
class Told:
    """That a colleague was told something about a case, and on which day they read it, if kiosk itself says so."""

    to_id: uuid.UUID
    by: IncidentEntry
    read_on: date | None
    changed: bool  # by hand, in the database


def may_tell(case: CaseFile, staff: StaffMember) -> bool:
    """Whether this reader may tell a colleague: never about staff, and about what is severe the lead alone."""
    if case.report.route.id in (*ABOUT_STAFF, PRACTICE):
        return False
    return Role.DSL in staff.roles or not is_severe(case)


def colleagues(session: Session, report: OpenedReport) -> dict[str, str]:
    """Whoever works here and neither reads the case nor is kept out of it, by id."""
    out = kept_out_of(report.body) | {one.id.hex for one in report.readers}
    return {one.id.hex: one.name for one in present_staff(session) if one.id.hex not in out}


def tell(acting: Acting, key: SiteKey, case: CaseFile, to_id: uuid.UUID, words: str) -> None:
    """Tell a colleague, and write it down; the same words that the same person has not read yet are told once.

    Raises IncidentClosed, or NotToBeTold.
    """
    case.refuse_closed()
    session, staff = acting.school, acting.staff
    if not may_tell(case, staff) or to_id.hex not in colleagues(session, case.report):
        raise NotToBeTold
    if not words.strip() or len(words) > GENERAL_LONGEST:
        raise ValueError("a colleague is told something, and not much")
    same = (PassedWord.to_id == to_id, PassedWord.by_id == staff.id, PassedWord.words == words)
    of_this = (IncidentEntry.id == PassedWord.id, IncidentEntry.incident_id == case.incident.id)
    if any(_is_unread(key, row) for row in session.scalars(select(PassedWord).where(*same, *of_this))):
        return
    line = case.add(acting, Act.PASSED_WORD, as_note([("colleague", to_id.hex), ("note", words)]))
    row = PassedWord(id=line.id, by_id=staff.id, to_id=to_id, words=words)
    row.proof = _proof(key, row, words, None)
    session.add(row)
    session.flush()


def to_read(session: Session, key: SiteKey, staff: StaffMember) -> list[tuple[uuid.UUID, str, str]]:
    """What this person was told and has not read: its id, who told them, and the words; one query.

    No words where somebody changed it by hand; whether it was read is never believed without a proof.
    """
    asked = _rows_for(staff).join(StaffMember, StaffMember.id == PassedWord.by_id)
    rows = session.execute(
        asked.add_columns(StaffMember.name).order_by(StaffMember.name, PassedWord.id)
    ).all()
    return [
        (word.id, name, word.words if line and _is_unread(key, word) else "")
        for word, line, name in rows
        if not (line and _is_over(key, word))
    ]


def have_read(session: Session, key: SiteKey, staff: StaffMember, word_id: uuid.UUID, today: date) -> bool:
    """Note that this person has read something, and delete its words; twice is once. False if it is not theirs.

    A row that was changed by hand is deleted: the page of the case says so, as the line in its log stays.
    """
    mine = _rows_for(staff).where(PassedWord.id == word_id)
    found = session.execute(mine.with_for_update(of=PassedWord)).first()
    if found is None:
        return False
    word, line = found
    if line and _is_unread(key, word):
        _end(key, word, today)
    elif not (line and _is_over(key, word)):
        session.delete(word)
    return True


def told_in(
    session: Session, key: SiteKey, entries: Sequence[IncidentEntry], report: OpenedReport
) -> list[Told]:
    """Who was told of a case by its log, the newest first, and whether they have read it; one query, or none."""
    lines = [entry for entry in entries if entry.act is Act.PASSED_WORD]
    if not lines:
        return []
    asked = select(PassedWord).where(PassedWord.id.in_([one.id for one in lines]))
    rows = {row.id: row for row in session.scalars(asked)}
    found = []
    for line in lines:
        to_id = dict(answers_in(note_if_whole(line, report.case_keys) or "")).get("colleague")
        if to_id:
            row = rows.get(line.id)
            whole = row and (row.by_id, row.to_id.hex) == (line.staff_id, to_id) and _is_whole(key, row)
            found.append(Told(uuid.UUID(to_id), line, row.read_on if row and whole else None, not whole))
    return found


def forget_for_leavers(session: Session, key: SiteKey) -> None:
    """Delete the words for whoever has left before they read them: nobody will."""
    left = select(StaffMember.id).where(StaffMember.left_on.is_not(None))
    for word in session.scalars(select(PassedWord).where(PassedWord.words != "", PassedWord.to_id.in_(left))):
        if _is_whole(key, word):
            _end(key, word, None)
        word.words = ""


def _rows_for(staff: StaffMember) -> Select[PassedWord, uuid.UUID]:
    """Every row for this person, with the id of its own line in a log where there is one."""
    own = and_(
        IncidentEntry.id == PassedWord.id,
        IncidentEntry.act == Act.PASSED_WORD,
        IncidentEntry.staff_id == PassedWord.by_id,
    )
    asked = select(PassedWord, IncidentEntry.id).outerjoin(IncidentEntry, own)
    return asked.where(PassedWord.to_id == staff.id)


def _is_unread(key: SiteKey, row: PassedWord) -> bool:
    """Whether these are the words that a reader wrote; a day of reading that was written by hand is no matter."""
    return row.words != "" and row.proof == _proof(key, row, row.words, None)


def _is_over(key: SiteKey, row: PassedWord) -> bool:
    """Whether kiosk itself deleted the words, because they were read or nobody will read them."""
    return row.words == "" and row.proof == _proof(key, row, "", row.read_on)


def _is_whole(key: SiteKey, row: PassedWord) -> bool:
    """Whether a row is just as kiosk wrote it."""
    return row.proof == _proof(key, row, row.words, row.read_on)


def _end(key: SiteKey, row: PassedWord, read_on: date | None) -> None:
    row.words, row.read_on, row.proof = "", read_on, _proof(key, row, "", read_on)


def _proof(key: SiteKey, row: PassedWord, words: str, read_on: date | None) -> bytes:
    said = [row.id.hex, row.by_id.hex, row.to_id.hex, words, read_on.isoformat() if read_on else ""]
    return key.derive("passed-word", json.dumps(said).encode())


def remarks(words: str, body: Mapping[str, Any]) -> list[Found]:
    """What to think of before a colleague is told these words about what a child wrote in `body`; it only advises."""
    found = [Found(same, Message(CHILDS_WORDS)) for same in _same_words(words, body)]
    if names_the_child(words, body):
        found.append(Found(str(body["name"]), Message(CHILDS_NAME)))
    return found + [Found(name, Message(A_NAME)) for name, _why in named(words, body)]


def _same_words(words: str, body: Mapping[str, Any]) -> Iterator[str]:
    """Every run of IN_A_ROW words or more that also stands in the child's text, as long as it goes on."""
    said = _plain(str(body.get("words", "")))
    runs = {tuple(said[at : at + IN_A_ROW]) for at in range(len(said) - IN_A_ROW + 1)}
    typed, plain, at = _WORD.findall(words), _plain(words), 0
    while at <= len(plain) - IN_A_ROW:
        end = at
        while tuple(plain[end : end + IN_A_ROW]) in runs:
            end += 1
        if end > at:
            yield " ".join(typed[at : end + IN_A_ROW - 1])
            at = end + IN_A_ROW - 1
        else:
            at += 1


def _plain(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
