"""What a colleague needs to know of a case, in general words: they learn neither its number nor its kind (promise S9).

A colleague has no key, so the words are stored unencrypted until they are read; the writer is told so and is shown
advice. The log keeps them sealed. A row is valid only with its log line and a keyed proof. Tampering is reported, and
a tampered row is never shown as what a reader wrote or a colleague read.
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
from kiosk.incidents.case.case_file import Acting, CaseFile, is_severe
from kiosk.incidents.case.forms import GENERAL_LONGEST, Question
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case.text_advice import AdvisedPassage, names_in_answer, names_the_child
from kiosk.incidents.case_log.entries import answers_of, as_note
from kiosk.incidents.models import Act, ColleagueMessage, IncidentEntry
from kiosk.report.access.opening import OpenedReport
from kiosk.report.access.renewal import excluded_from
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import N_

WORD = "word"  # the name of the form
IN_A_ROW = 4  # this many of the child's words in a row count as a quotation
QUESTIONS = (
    Question("colleague", N_("Choose who needs to know.")),
    Question("note", N_("Write what they need to know, in words of your own."), GENERAL_LONGEST),
)
CHILDS_WORDS = N_("The child wrote it in these words. Say it in your own.")
CHILDS_NAME = N_("The child gave this name. Nobody needs to know who wrote: leave it out.")
A_NAME = N_("This looks like a name. Leave it out, unless they cannot help without it.")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


class CannotTellColleague(Exception):
    """This person may not tell a colleague of this case, or not this colleague."""


@dataclass(frozen=True)
class ToldColleague:
    """That a colleague was told something about a case, and on which day they read it, if kiosk itself says so."""

    to_id: uuid.UUID
    by: IncidentEntry
    read_on: date | None
    changed: bool  # whether the row was changed by hand in the database


def may_tell(case: CaseFile, staff: StaffMember) -> bool:
    """Whether this reader may tell a colleague: never in cases about staff; in severe cases only the safeguarding
    lead."""
    if case.report.route.id in ABOUT_STAFF:
        return False
    return Role.DSL in staff.roles or not is_severe(case)


def colleagues(session: Session, report: OpenedReport) -> dict[str, str]:
    """Whoever works here and neither reads the case nor is kept out of it, by id."""
    out = excluded_from(report.body) | {one.id.hex for one in report.readers}
    return {one.id.hex: one.name for one in present_staff(session) if one.id.hex not in out}


def tell_colleague(acting: Acting, key: SiteKey, case: CaseFile, to_id: uuid.UUID, words: str) -> None:
    """Tell a colleague, and write it down; the same words that the same person has not read yet are told once.

    Raises IncidentClosed, or CannotTellColleague.
    """
    case.refuse_closed()
    session, staff = acting.school, acting.staff
    if not may_tell(case, staff) or to_id.hex not in colleagues(session, case.report):
        raise CannotTellColleague
    if not words.strip() or len(words) > GENERAL_LONGEST:
        raise ValueError("a colleague is told something, and not much")
    same = (
        ColleagueMessage.to_id == to_id,
        ColleagueMessage.by_id == staff.id,
        ColleagueMessage.words == words,
    )
    of_this = (IncidentEntry.id == ColleagueMessage.id, IncidentEntry.incident_id == case.incident.id)
    if any(_is_unread(key, row) for row in session.scalars(select(ColleagueMessage).where(*same, *of_this))):
        return
    line = case.append(acting, Act.PASSED_WORD, as_note([("colleague", to_id.hex), ("note", words)]))
    row = ColleagueMessage(id=line.id, by_id=staff.id, to_id=to_id, words=words)
    row.proof = _message_proof(key, row, words, None)
    session.add(row)
    session.flush()


def unread_messages(session: Session, key: SiteKey, staff: StaffMember) -> list[tuple[uuid.UUID, str, str]]:
    """What this person was told and has not read: its id, who told them, and the words; one query.

    No words are returned for a tampered row; that it was read is believed only with a proof.
    """
    asked = _rows_for(staff).join(StaffMember, StaffMember.id == ColleagueMessage.by_id)
    rows = session.execute(
        asked.add_columns(StaffMember.name).order_by(StaffMember.name, ColleagueMessage.id)
    ).all()
    return [
        (word.id, name, word.words if line and _is_unread(key, word) else "")
        for word, line, name in rows
        if not (line and _is_over(key, word))
    ]


def mark_as_read(session: Session, key: SiteKey, staff: StaffMember, word_id: uuid.UUID, today: date) -> bool:
    """Note that this person has read something, and delete its words; doing it twice changes nothing. False if it is
    not theirs.

    A row that was changed by hand is deleted: the page of the case says so, as the line in its log stays.
    """
    mine = _rows_for(staff).where(ColleagueMessage.id == word_id)
    found = session.execute(mine.with_for_update(of=ColleagueMessage)).first()
    if found is None:
        return False
    word, line = found
    if line and _is_unread(key, word):
        _erase_message(key, word, today)
    elif not (line and _is_over(key, word)):
        session.delete(word)
    return True


def told_colleagues(
    session: Session, key: SiteKey, entries: Sequence[IncidentEntry], report: OpenedReport
) -> list[ToldColleague]:
    """Who was told of a case by its log, the newest first, and whether they have read it; one query, or none."""
    lines = [entry for entry in entries if entry.act is Act.PASSED_WORD]
    if not lines:
        return []
    asked = select(ColleagueMessage).where(ColleagueMessage.id.in_([one.id for one in lines]))
    rows = {row.id: row for row in session.scalars(asked)}
    found = []
    for line in lines:
        to_id = answers_of(line, report.case_keys).get("colleague")
        if to_id:
            row = rows.get(line.id)
            whole = row and (row.by_id, row.to_id.hex) == (line.staff_id, to_id) and _is_whole(key, row)
            found.append(
                ToldColleague(uuid.UUID(to_id), line, row.read_on if row and whole else None, not whole)
            )
    return found


def forget_for_leavers(session: Session, key: SiteKey) -> None:
    """Delete unread words for people who have left."""
    left = select(StaffMember.id).where(StaffMember.left_on.is_not(None))
    for word in session.scalars(
        select(ColleagueMessage).where(ColleagueMessage.words != "", ColleagueMessage.to_id.in_(left))
    ):
        if _is_whole(key, word):
            _erase_message(key, word, None)
        word.words = ""


def prove_anew(session: Session, old: SiteKey, new: SiteKey) -> None:
    """New proofs after the site key was replaced; a row that was changed by hand stays without one."""
    for row in session.scalars(select(ColleagueMessage)):
        read_on = row.read_on if _is_whole(old, row) else None
        if row.proof == _message_proof(old, row, row.words, read_on):
            row.proof = _message_proof(new, row, row.words, read_on)


def _rows_for(staff: StaffMember) -> Select[ColleagueMessage, uuid.UUID]:
    """Every row for this person, with the id of its own line in a log where there is one."""
    own = and_(
        IncidentEntry.id == ColleagueMessage.id,
        IncidentEntry.act == Act.PASSED_WORD,
        IncidentEntry.staff_id == ColleagueMessage.by_id,
    )
    asked = select(ColleagueMessage, IncidentEntry.id).outerjoin(IncidentEntry, own)
    return asked.where(ColleagueMessage.to_id == staff.id)


def _is_unread(key: SiteKey, row: ColleagueMessage) -> bool:
    """Whether these are the words that a reader wrote; a forged reading day does not matter here."""
    return row.words != "" and row.proof == _message_proof(key, row, row.words, None)


def _is_over(key: SiteKey, row: ColleagueMessage) -> bool:
    """Whether kiosk itself deleted the words, as they were read or can no longer be read."""
    return row.words == "" and row.proof == _message_proof(key, row, "", row.read_on)


def _is_whole(key: SiteKey, row: ColleagueMessage) -> bool:
    """Whether a row is exactly as kiosk wrote it."""
    return row.proof == _message_proof(key, row, row.words, row.read_on)


def _erase_message(key: SiteKey, row: ColleagueMessage, read_on: date | None) -> None:
    row.words, row.read_on, row.proof = "", read_on, _message_proof(key, row, "", read_on)


def _message_proof(key: SiteKey, row: ColleagueMessage, words: str, read_on: date | None) -> bytes:
    said = [row.id.hex, row.by_id.hex, row.to_id.hex, words, read_on.isoformat() if read_on else ""]
    return key.derive("passed-word", json.dumps(said).encode())


def advice_for(words: str, body: Mapping[str, Any]) -> list[AdvisedPassage]:
    """What to think of before a colleague is told these words about what a child wrote in `body`; it only advises."""
    found = [AdvisedPassage(same, CHILDS_WORDS) for same in _same_words(words, body)]
    if names_the_child(words, body):
        found.append(AdvisedPassage(str(body["name"]), CHILDS_NAME))
    return found + [AdvisedPassage(name, A_NAME) for name, _why in names_in_answer(words, body)]


def _same_words(words: str, body: Mapping[str, Any]) -> Iterator[str]:
    """Every longest run of at least IN_A_ROW words that also occurs in the child's text."""
    said = _folded_words(str(body.get("words", "")))
    runs = {tuple(said[at : at + IN_A_ROW]) for at in range(len(said) - IN_A_ROW + 1)}
    typed, plain, at = _WORD.findall(words), _folded_words(words), 0
    while at <= len(plain) - IN_A_ROW:
        end = at
        while tuple(plain[end : end + IN_A_ROW]) in runs:
            end += 1
        if end > at:
            yield " ".join(typed[at : end + IN_A_ROW - 1])
            at = end + IN_A_ROW - 1
        else:
            at += 1


def _folded_words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
