"""Replies to a child, sealed so that only the child's six pictures open them (promises C1 to C5)."""

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.report.access.sealed_report import SealedReport
from kiosk.report.intake.sealed_item import DiscardedReplies, open_sealed_items
from kiosk.report.intake.store import IntakeStore
from kiosk.report.models import Reply, Thread
from kiosk.sealing.answer_chain import Answer as ChainAnswer
from kiosk.sealing.answer_chain import (
    ChainHead,
    is_chain,
    open_answer,
    open_discards,
    open_head,
    seal_answer,
    seal_discard,
    seal_head,
)
from kiosk.sealing.picture_code import LENGTH, ThreadKeys
from kiosk.sealing.site_key import SiteKey
from kiosk.web.pictures import Pictures

ENDS_AFTER = timedelta(days=30)  # after the last answer (promise C3)
STATES = ("read", "looking", "closed")
LONGEST_REPLY = 1500
# a Polish l, and letters of Urdu as an Arabic keyboard types them
SAME_LETTERS = str.maketrans("łيىكه", "lییکہ")
_NO_LETTER = re.compile(r"[\W_]+")
IN_BODY = "thread"  # inside the envelope: the thread of this child


class NoReplyThread(Exception):
    """This child did not ask for an answer, or the time for one is over."""


@dataclass(frozen=True)
class ThreadReplies:
    """What a child finds with the pictures: the state of the report, and what grown-ups wrote, the oldest first."""

    state: str = ""
    messages: tuple[str, ...] = ()
    hidden: bool = False  # somebody tampered with the replies; forged ones are left out
    last: int = 0  # the number of the newest reply
    replies: tuple[uuid.UUID, ...] = ()  # the ids of the replies' rows

    @property
    def newest(self) -> str:
        """The number of the newest reply, as a form sends it: always of one length."""
        return f"{self.last:06}"


@dataclass(frozen=True)
class WaitingInIntake:
    """What the intake has for a child's pictures: whether a report waits there, and which replies were discarded."""

    report_waits: bool = False
    thrown: tuple[bytes, ...] = ()


NOTHING_WAITING = WaitingInIntake()


def names_of(pictures: Pictures, lang: str) -> dict[str, int]:
    """Every name of a key picture: its id, its English name, its name in this language."""
    names: dict[str, int] = {}
    for number, id in enumerate(pictures.keys):
        names |= {
            id: number,
            fold_name(pictures.name(id, "en")): number,
            fold_name(pictures.name(id, lang)): number,
        }
    return names


def read_code(tapped: Sequence[str], typed: str, names: Mapping[str, int]) -> tuple[int, ...]:
    """Picture numbers from taps (ids) or typed names, in order; anything else is skipped.

    `names` holds the ids, and the folded form (`fold_name`) of every name that a child may type.
    """
    if not typed.strip():
        return tuple(names[one] for one in tapped if one in names)
    parts = [fold_name(word) for word in _NO_LETTER.sub(" ", _without_accents(typed)).split()]
    code: list[int] = []
    while parts:
        taken = next((count for count in (4, 3, 2, 1) if "".join(parts[:count]) in names), 0)
        if taken:
            code.append(names["".join(parts[:taken])])
        parts = parts[max(taken, 1) :]
    return tuple(code)


def fold_name(text: str) -> str:
    """A name in the form used for comparing: case, spacing, accents and kinds of keyboard do not matter."""
    return _NO_LETTER.sub("", _without_accents(text))


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(SAME_LETTERS)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def is_complete_code(code: Sequence[int]) -> bool:
    """Whether a code has as many pictures as it needs."""
    return len(code) == LENGTH


def answers_for(
    session: Session, keys: ThreadKeys, held: WaitingInIntake = NOTHING_WAITING
) -> ThreadReplies | None:
    """The answers for these pictures, or None; one look-up, for right and wrong pictures alike.

    `held` is what the intake has for them. Replies without the report's own secret are forged: they are left out, and
    `hidden` is set (promise C8).
    """
    rows = session.execute(
        select(Thread.id, Thread.head, Thread.thrown, Reply.id.label("reply_id"), Reply.sealed)
        .outerjoin(Reply, Reply.thread_id == Thread.id)
        .where(Thread.id == keys.id)
    ).all()
    if not rows:
        return ThreadReplies() if held.report_waits else None
    thrown = max(open_discards(keys.id, keys.secret, one) for one in (rows[0].thrown, *held.thrown))
    boxes = {row.reply_id: row.sealed for row in rows if row.sealed is not None}
    every = _authentic_answers(keys, boxes.values())
    proven = [(answer, box) for answer, box in every if answer.number > thrown]
    head = open_head(keys.id, keys.secret, rows[0].head)
    whole = (
        head is not None
        and len(every) == len(boxes)
        and is_chain([one for one, _ in proven], [box for _, box in proven], head.without(thrown))
    )
    states = [answer.state for answer, _ in proven if answer.state]
    words = tuple(answer.words for answer, _ in proven if answer.words)
    last = max([thrown, *(answer.number for answer, _ in every), head.number if head else 0])
    return ThreadReplies(
        states[-1] if states else "", words, hidden=not whole, last=last, replies=tuple(boxes)
    )


def waiting_in_intake(keeper: IntakeStore, key: SiteKey, thread_id: bytes) -> WaitingInIntake:
    """What the intake has for these pictures; read before the reports database, so that nothing is missed."""
    found = list(open_sealed_items(key, keeper.of_thread(thread_id)))
    return WaitingInIntake(
        report_waits=any(isinstance(one, SealedReport) for one in found),
        thrown=tuple(one.statement for one in found if isinstance(one, DiscardedReplies)),
    )


def discarded_replies(key: SiteKey, keys: ThreadKeys, read: ThreadReplies, due: datetime) -> DiscardedReplies:
    """The statement that a child has discarded the replies read; later ones can still be written (promise C5)."""
    statement = seal_discard(keys.id, keys.secret, read.last)
    id = uuid.UUID(bytes=key.derive("thrown-id", keys.id + read.last.to_bytes(8), 16))
    return DiscardedReplies(id, keys.id, statement, read.replies, due)


def can_be_answered(session: Session, body: Mapping[str, Any]) -> bool:
    """Whether the child of an opened report can still be answered."""
    return IN_BODY in body and session.get(Thread, bytes.fromhex(body[IN_BODY]["id"])) is not None


def show_state(session: Session, body: Mapping[str, Any], state: str, today: date) -> None:
    """Show the state to a child who asked for an answer; do nothing for others."""
    if can_be_answered(session, body):
        with suppress(NoReplyThread):
            _add_reply(session, body, today, state=state)


def add_reply(
    session: Session, body: Mapping[str, Any], words: str, today: date, id: uuid.UUID | None = None
) -> None:
    """Write to the child of an opened report, with an `id` once: it is not written again. Raises NoReplyThread."""
    if not can_be_answered(session, body):
        raise NoReplyThread
    row_id = _row_of(body, id) if id else None
    if row_id is None or session.get(Reply, row_id) is None:
        _add_reply(session, body, today, words=words, row_id=row_id)


def answers_were_tampered(session: Session, body: Mapping[str, Any]) -> bool:
    """Whether somebody added, changed or removed an answer to this child without the report's own secret.

    Staff cannot open an answer, but the sealed head lists every one (promise C8).
    """
    if not can_be_answered(session, body):
        return False
    thread_id, secret = _thread_in(body)
    thread = session.get_one(Thread, thread_id)
    head = open_head(thread_id, secret, thread.head)
    if head is None:
        return True
    head = head.without(open_discards(thread_id, secret, thread.thrown))
    return not head.holds(_sealed_replies(session, thread_id))


def end_old_threads(session: Session, today: date) -> None:
    """Remove threads whose time is over, with their answers."""
    old = select(Thread.id).where(Thread.ends_on.is_not(None), Thread.ends_on < today)
    # Held, or else somebody could answer between the two: the thread would stay, without its answers until then.
    session.execute(old.with_for_update()).all()
    session.execute(delete(Reply).where(Reply.thread_id.in_(old)))
    session.execute(delete(Thread).where(Thread.ends_on.is_not(None), Thread.ends_on < today))


def _add_reply(
    session: Session,
    body: Mapping[str, Any],
    today: date,
    *,
    state: str = "",
    words: str = "",
    row_id: uuid.UUID | None = None,
) -> None:
    thread_id, secret = _thread_in(body)
    thread = session.get(Thread, thread_id, with_for_update=True, populate_existing=True)
    if thread is None:  # it ended at this moment
        raise NoReplyThread
    head = open_head(thread_id, secret, thread.head)
    thrown = open_discards(thread_id, secret, thread.thrown)
    # the head was tampered with: the reply is still stored, and the child's page says that one is missing
    if head is None:
        head = ChainHead(number=max(thrown, len(_sealed_replies(session, thread_id))))
    head, thread.thrown = head.without(thrown), b""
    answer = ChainAnswer(head.number + 1, head.last, state, words)
    box = seal_answer(thread_id, secret, bytes.fromhex(body[IN_BODY]["key"]), answer)
    session.add(Reply(id=row_id or uuid.uuid4(), thread_id=thread_id, sealed=box))
    thread.head = seal_head(thread_id, secret, head.with_box(box))
    thread.ends_on = today + ENDS_AFTER
    session.flush()


def _row_of(body: Mapping[str, Any], id: uuid.UUID) -> uuid.UUID:
    """The row id for this reply id; without the thread's secret nobody can tell that the two belong together."""
    _, secret = _thread_in(body)
    return uuid.UUID(bytes=blake2b(id.bytes, key=secret, person=b"answer-row", digest_size=16).digest())


def _thread_in(body: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """The id and the secret of the thread of an opened report."""
    return bytes.fromhex(body[IN_BODY]["id"]), bytes.fromhex(body[IN_BODY]["secret"])


def _sealed_replies(session: Session, thread_id: bytes) -> list[bytes]:
    return list(session.scalars(select(Reply.sealed).where(Reply.thread_id == thread_id)))


def _authentic_answers(keys: ThreadKeys, boxes: Iterable[bytes]) -> list[tuple[ChainAnswer, bytes]]:
    """The answers that somebody with the thread's secret wrote, each once, in order."""
    found = [(open_answer(keys.id, keys.secret, keys.private_key, box), box) for box in dict.fromkeys(boxes)]
    return sorted(((one, box) for one, box in found if one), key=lambda pair: pair[0].number)
