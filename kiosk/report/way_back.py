"""Answers to a child, sealed so that only the child's six pictures open them (promises C1 to C5)."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.pictures import Pictures
from kiosk.report.models import Reply, Thread
from kiosk.sealing.boxes import BoxBroken, open_sealed, seal_to
from kiosk.sealing.picture_code import LENGTH, ThreadKeys

ENDS_AFTER = timedelta(days=30)  # after the last answer (promise C3)
PADDED_SIZES = (1024, 8192)
STATES = ("read", "looking", "closed")
LONGEST_REPLY = 1500
SAME_LETTERS = str.maketrans(
    "łيىكه", "lییکہ"
)  # a Polish l, and letters of Urdu as an Arabic keyboard types them
_NO_LETTER = re.compile(r"[\W_]+")
IN_BODY = "thread"  # inside the envelope: the thread of this child


class NoWayBack(Exception):
    """This child did not ask for an answer, or the time for one is over."""


@dataclass(frozen=True)
class Answers:
    """What waits for a child: the state of the report, and what grown-ups wrote, the oldest first."""

    state: str = ""
    messages: tuple[str, ...] = ()


def names_of(pictures: Pictures, lang: str) -> dict[str, int]:
    """Every name of a key picture: its id, its English name, its name in this language."""
    names: dict[str, int] = {}
    for number, id in enumerate(pictures.keys):
        names |= {id: number, plain(pictures.name(id, "en")): number, plain(pictures.name(id, lang)): number}
    return names


def read_code(tapped: Sequence[str], typed: str, names: Mapping[str, int]) -> tuple[int, ...]:
    """Picture numbers from taps (ids) or typed names, in order; anything else is skipped.

    `names` holds the ids, and `plain` forms of every name that a child may type.
    """
    if not typed.strip():
        return tuple(names[one] for one in tapped if one in names)
    parts = [plain(word) for word in _NO_LETTER.sub(" ", _bare(typed)).split()]
    code: list[int] = []
    while parts:
        taken = next((count for count in (4, 3, 2, 1) if "".join(parts[:count]) in names), 0)
        if taken:
            code.append(names["".join(parts[:taken])])
        parts = parts[max(taken, 1) :]
    return tuple(code)


def plain(text: str) -> str:
    """A name in the form used for comparing: case, spacing, accents and kinds of keyboard do not matter."""
    return _NO_LETTER.sub("", _bare(text))


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(SAME_LETTERS)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def is_whole(code: Sequence[int]) -> bool:
    """Whether a code has as many pictures as it needs."""
    return len(code) == LENGTH


def answers_for(session: Session, keys: ThreadKeys) -> Answers | None:
    """The answers for these pictures, or None; one look-up, for right and wrong pictures alike."""
    rows = session.execute(
        select(Thread.id, Reply.sealed)
        .outerjoin(Reply, Reply.thread_id == Thread.id)
        .where(Thread.id == keys.id)
    ).all()
    if not rows:
        return None
    held = [_opened(keys, row.sealed) for row in rows if row.sealed is not None]
    parts = sorted((part for part in held if part), key=lambda part: part["number"])
    states = [part["state"] for part in parts if part["state"]]
    return Answers(states[-1] if states else "", tuple(part["words"] for part in parts if part["words"]))


def throw_away(session: Session, keys: ThreadKeys) -> None:
    """Delete the answers that a child has read; later answers can still be written (promise C5)."""
    session.execute(delete(Reply).where(Reply.thread_id == keys.id))


def has_way_back(session: Session, body: Mapping[str, Any]) -> bool:
    """Whether the child of an opened report can still be answered."""
    return IN_BODY in body and session.get(Thread, bytes.fromhex(body[IN_BODY]["id"])) is not None


def note_state(session: Session, body: Mapping[str, Any], state: str, number: int, today: date) -> None:
    """Show the state to a child who asked for an answer; do nothing for others."""
    if has_way_back(session, body):
        _add(session, body, {"state": state, "words": "", "number": number}, today)


def write_back(session: Session, body: Mapping[str, Any], words: str, number: int, today: date) -> None:
    """Write to the child of an opened report; `number` puts answers in order. Raises NoWayBack."""
    if not has_way_back(session, body):
        raise NoWayBack
    _add(session, body, {"state": "", "words": words, "number": number}, today)


def end_old_threads(session: Session, today: date) -> None:
    """Remove threads whose time is over, with their answers."""
    old = select(Thread.id).where(Thread.ends_on.is_not(None), Thread.ends_on < today)
    session.execute(delete(Reply).where(Reply.thread_id.in_(old)))
    session.execute(delete(Thread).where(Thread.ends_on.is_not(None), Thread.ends_on < today))


def _add(session: Session, body: Mapping[str, Any], part: dict[str, Any], today: date) -> None:
    thread = session.get_one(Thread, bytes.fromhex(body[IN_BODY]["id"]))
    plain = json.dumps(part, ensure_ascii=False).encode()
    size = next(size for size in PADDED_SIZES if len(plain) <= size)
    public_key = bytes.fromhex(body[IN_BODY]["key"])
    session.add(Reply(thread_id=thread.id, sealed=seal_to(public_key, plain.ljust(size, b" "))))
    thread.ends_on = today + ENDS_AFTER
    session.flush()


def _opened(keys: ThreadKeys, sealed: bytes) -> dict[str, Any] | None:
    try:
        part: dict[str, Any] = json.loads(open_sealed(keys.private_key, sealed))
    except (BoxBroken, ValueError):
        return None
    return part
