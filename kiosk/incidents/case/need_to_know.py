"""What a colleague needs to know of a case, in general words: they learn neither its number nor its kind (promise S9).

A colleague has no key, so the words are stored unencrypted until they are read; the writer is told so and is shown
advice. The log keeps them sealed, with the key to the answer: nobody but a reader of the case opens that. A row is
valid only with its log line and a keyed proof. Tampering is reported, and a tampered row is never shown as what a
reader wrote or a colleague read.
"""

import json
import re
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from unicodedata import category, normalize

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.incidents.case.assignment import staff_availability
from kiosk.incidents.case.case_file import Acting, CaseFile, CaseViewer, is_severe
from kiosk.incidents.case.forms import GENERAL_LONGEST, LINE_LONGEST, Question
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case.text_advice import AdvisedPassage, names_in_answer, names_the_child
from kiosk.incidents.case_log.entries import Note, add_entry, answers_of, as_note
from kiosk.incidents.models import IS_ANSWERED, Act, ColleagueMessage, Incident, IncidentEntry
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.report.access.listing import key_marks
from kiosk.report.access.opening import OpenedReport
from kiosk.report.access.renewal import excluded_from
from kiosk.roles import Role
from kiosk.sealing.boxes import KEY_BYTES, BoxBroken, open_sealed, public_of, random_bytes, seal_to
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import N_

WORD = "word"  # the name of the form
IN_A_ROW = 4  # this many of the child's words in a row count as a quotation
NEVER_IN_A_ROW = 5  # this many are not passed on
BACK = "back"  # the field in the log line that opens the answer
ANSWER_SIZE = 1024  # an answer is padded to this many bytes
QUESTIONS = (
    Question("colleague", N_("Choose who needs to know.")),
    Question("note", N_("Write what they need to know, in words of your own."), GENERAL_LONGEST),
)
ANSWER = "answer"  # the name of the form, and of its field
ANSWER_QUESTIONS = (Question(ANSWER, N_("Choose an answer.")), Question("note", "", LINE_LONGEST))
WORD_ANSWERS = {"read": N_("I have read it"), "done": N_("Done"), "cannot": N_("I can’t, because")}
NOT_PASSED_ON = N_("Nobody is told this: it says “reported”, or five words in a row of the report.")
CHILDS_WORDS = N_("The child wrote it in these words. Say it in your own.")
CHILDS_NAME = N_("The child gave this name. Nobody needs to know who wrote: leave it out.")
A_NAME = N_("This looks like a name. Leave it out, unless they cannot help without it.")
PASSED = (Act.PASSED_WORD, Act.PASSED_ADDRESS)  # an address went to one colleague, before there was a desk
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


class CannotTellColleague(Exception):
    """This person may not tell a colleague of this case, or not this colleague, or not these words."""


class Message(NamedTuple):
    """What somebody was told and has not read; no words where the row was changed by hand."""

    id: uuid.UUID
    by: str  # the name of who told them
    words: str


def may_tell(case: CaseFile, staff: StaffMember) -> bool:
    """Whether this reader may tell a colleague: never if it is about staff, and only the lead if it is severe."""
    if case.report.route.id in ABOUT_STAFF:
        return False
    return Role.DSL in staff.roles or not is_severe(case)


def colleagues(session: Session, report: OpenedReport) -> dict[str, str]:
    """Whoever works here and neither reads the case nor is kept out of it, by id."""
    out = excluded_from(report.body) | {one.id.hex for one in report.readers}
    return {one.id.hex: one.name for one in present_staff(session) if one.id.hex not in out}


def tell_colleague(acting: Acting, key: SiteKey, case: CaseFile, to_id: uuid.UUID, words: str) -> None:
    """Tell a colleague, once while it is not read, and write it down. Raises IncidentClosed or CannotTellColleague."""
    case.refuse_closed()
    session, staff = acting.school, acting.staff
    if not may_tell(case, staff) or to_id.hex not in colleagues(session, case.report):
        raise CannotTellColleague
    if not words.strip() or len(words) > GENERAL_LONGEST:
        raise ValueError("a colleague is told something, and not much")
    if must_stay(words, case.report.body):
        raise CannotTellColleague
    if _pass_on(acting, key, case, to_id, words):
        colleague = session.get_one(StaffMember, to_id)
        queue_mail(acting.reports, MailKind.NEWS, [colleague.email])


def _pass_on(acting: Acting, key: SiteKey, case: CaseFile, to_id: uuid.UUID, words: str) -> bool:
    """Add a row with its line in the log; False where the same was told by the same person and is not read yet."""
    same = (
        ColleagueMessage.to_id == to_id,
        ColleagueMessage.by_id == acting.staff.id,
        ColleagueMessage.words == words,
    )
    of_this = (IncidentEntry.id == ColleagueMessage.id, IncidentEntry.incident_id == case.incident.id)
    if any(
        _is_unread(key, row) for row in acting.school.scalars(select(ColleagueMessage).where(*same, *of_this))
    ):
        return False
    secret = random_bytes(KEY_BYTES)
    note = as_note([("colleague", to_id.hex), ("note", words), (BACK, secret.hex())])
    line = case.append(acting, Act.PASSED_WORD, note)
    row = ColleagueMessage(
        id=line.id, by_id=acting.staff.id, to_id=to_id, words=words, answer_key=public_of(secret), answer=b""
    )
    row.proof = _message_proof(key, row, words, None)
    acting.school.add(row)
    acting.school.flush()
    return True


def unread_messages(session: Session, key: SiteKey, staff: StaffMember) -> list[Message]:
    """What this person was told and has not read, without the words of a row changed by hand; one query."""
    asked = _rows_for(staff).join(StaffMember, StaffMember.id == ColleagueMessage.by_id)
    rows = session.execute(
        asked.add_columns(StaffMember.name).order_by(StaffMember.name, ColleagueMessage.id)
    ).all()
    return [
        Message(word.id, name, word.words if act and _is_unread(key, word) else "")
        for word, act, name in rows
        if not (act and _is_over(key, word))
    ]


def answer_message(
    looking: CaseViewer, key: SiteKey, word_id: uuid.UUID, answer: str = "read", note: str = ""
) -> bool:
    """Note that this person has read something, delete its words, and seal the answer, if it is one, for whoever may
    read the case; whoever asked gets a mail. Doing it twice changes nothing. False if it is not theirs.

    A row that was changed by hand is deleted: the page of the case says so, as the line in its log stays.
    """
    session = looking.school
    mine = _rows_for(looking.staff).where(ColleagueMessage.id == word_id)
    found = session.execute(mine.with_for_update(of=ColleagueMessage)).first()
    if found is None:
        return False
    word, act = found
    if act and _is_unread(key, word):
        if answer != "read" or note:
            text = as_note([(ANSWER, answer), ("note", note)] if note else [(ANSWER, answer)]).encode()
            word.answer = seal_to(word.answer_key, text.ljust(ANSWER_SIZE))
            queue_mail(looking.reports, MailKind.NEWS, _whom_to_tell(looking, word))
        _erase_message(key, word, looking.today)
    elif not (act and _is_over(key, word)):
        session.delete(word)
    return True


def _whom_to_tell(looking: CaseViewer, word: ColleagueMessage) -> set[str]:
    """Whoever asked, or else the owner, or else all: those of them alone who can open the case now."""
    case = looking.school.scalars(
        select(Incident)
        .join(IncidentEntry, IncidentEntry.incident_id == Incident.id)
        .where(IncidentEntry.id == word.id)
    ).one()
    there = staff_availability(looking.school, looking.reports, {word.by_id, case.owner_id}, looking.today)
    marks = key_marks(looking.reports, [case.report_id]).get(case.report_id, {})
    can = there.available_readers(case.route, marks)
    return {there.holders[one].email for one in can & {word.by_id} or can & {case.owner_id} or can}


def answers_waiting(session: Session) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Who asked for the answers that no reader has seen, by the id of the incident; one query."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    asked = select(IncidentEntry.incident_id, ColleagueMessage.by_id).join(
        ColleagueMessage, ColleagueMessage.id == IncidentEntry.id
    )
    for incident_id, by_id in session.execute(asked.where(IS_ANSWERED)):
        found[incident_id].add(by_id)
    return found


def write_answers_down(acting: Acting, key: SiteKey, case: CaseFile) -> None:
    """Write into the log what colleagues have answered; one that was changed by hand is deleted, and the page of the
    case says so. The caller holds the incident."""
    for row, line in rows_of(case):
        try:
            secret = bytes.fromhex(answers_of(line, case.report.case_keys).get(BACK, ""))
            text = open_sealed(secret, row.answer).decode().rstrip() if _is_whole(key, row) else ""
        except BoxBroken:
            text = ""
        if row.answer and text:
            sealed = Note(text, case.case_key)
            add_entry(acting.school, case.incident, row.to_id, Act.WORD_BACK, acting.now, sealed)
            row.answer = b""
            row.proof = _message_proof(key, row, row.words, row.read_on)
        elif row.answer:
            acting.school.delete(row)


def rows_of(case: CaseFile) -> list[tuple[ColleagueMessage, IncidentEntry]]:
    """What was passed on of a case, with the line of each; one query, or none."""
    lines = {one.id: one for one in case.entries if one.act in PASSED}
    asked = select(ColleagueMessage).where(ColleagueMessage.id.in_(lines))
    return [(row, lines[row.id]) for row in case.school.scalars(asked)] if lines else []


def told_colleagues(key: SiteKey, case: CaseFile) -> list[tuple[str, date | None, bool]]:
    """Who was told of a case by its log, by id, the newest first; on which day they read it, as far as kiosk itself
    says so; and whether the row was changed by hand."""
    rows = {line.id: row for row, line in rows_of(case)}
    found = []
    for line in case.entries:
        if line.act in PASSED and (to_id := answers_of(line, case.report.case_keys).get("colleague")):
            row = rows.get(line.id)
            whole = row and (row.by_id, row.to_id.hex) == (line.staff_id, to_id) and _is_whole(key, row)
            found.append((to_id, row.read_on if row and whole else None, not whole))
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


def _rows_for(staff: StaffMember) -> Select[ColleagueMessage, Act]:
    """Every row for this person, with the act of its own line in a log where there is one."""
    own = and_(
        IncidentEntry.id == ColleagueMessage.id,
        IncidentEntry.act.in_(PASSED),
        IncidentEntry.staff_id == ColleagueMessage.by_id,
    )
    asked = select(ColleagueMessage, IncidentEntry.act).outerjoin(IncidentEntry, own)
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
    said += [row.answer_key.hex(), row.answer.hex()]
    return key.derive("passed-word", json.dumps(said).encode())


def advice_for(words: str, body: Mapping[str, Any]) -> list[AdvisedPassage]:
    """What to think of before a colleague is told these words about what a child wrote in `body`; it only advises."""
    found = [AdvisedPassage(same, CHILDS_WORDS) for same in _same_words(words, body)]
    if names_the_child(words, body):
        found.append(AdvisedPassage(str(body["name"]), CHILDS_NAME))
    return found + [AdvisedPassage(name, A_NAME) for name, _why in names_in_answer(words, body)]


def must_stay(words: str, body: Mapping[str, Any]) -> bool:
    """Whether words may not be passed on: they say that something was reported, or quote the report."""
    quoted = any(_same_words(words, body, NEVER_IN_A_ROW))
    return quoted or any("reported" in one.split("-") or one == "re-ported" for one in _folded_words(words))


def _same_words(words: str, body: Mapping[str, Any], fewest: int = IN_A_ROW) -> Iterator[str]:
    """Every longest run of at least this many words that also occurs in the child's text."""
    said = _folded_words(str(body.get("words", "")))
    runs = {tuple(said[at : at + fewest]) for at in range(len(said) - fewest + 1)}
    typed, plain, at = _WORD.findall(_seen(words)), _folded_words(words), 0
    while at <= len(plain) - fewest:
        end = at
        while tuple(plain[end : end + fewest]) in runs:
            end += 1
        if end > at:
            yield " ".join(typed[at : end + fewest - 1])
            at = end + fewest - 1
        else:
            at += 1


def _folded_words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(_seen(text))]


def _seen(text: str) -> str:
    """A text without the letters that nobody sees, and its wide ones as they are read."""
    return "".join(one for one in normalize("NFKC", text) if category(one) != "Cf")
