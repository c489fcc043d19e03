"""Slips: one for each home, kind and term, the addresses that lead to it, and how it comes back.

There is none for a family that is spoken with by hand. An address has 128 random bits, of which the database keeps a
digest alone. Sent back twice is once (promise F2).
"""

import secrets
import uuid
from base64 import b32encode
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import term_began
from kiosk.slips.models import Slip, SlipFamily, SlipKind, SlipLink, SlipWay
from kiosk.storage.upsert import Upsert, count_new
from kiosk.wording.messages import N_, Refused

TOKEN_BYTES = 16
LONGEST_TOKEN = 60  # of what somebody typed
NO_TERM = date.min
Languages = Sequence[str]  # of a child's homes, one or two

_keep_family = Upsert(SlipFamily, lambda new: {"lang": new.lang, "second_lang": new.second_lang})
_keep_by_hand = Upsert(SlipFamily, lambda new: {"by_hand": new.by_hand})


class FoundSlip(NamedTuple):
    """A slip as its family may see it: nothing of another home, and not when or how it came back."""

    slip: Slip
    name: str
    class_name: str
    band: Band


def homes_of(session: Session, pupil_ids: Collection[uuid.UUID], usual: str) -> dict[uuid.UUID, SlipFamily]:
    """The homes of these children; where nothing was written down it is one, in the school's `usual` language."""
    rows = session.scalars(select(SlipFamily).where(SlipFamily.pupil_id.in_(pupil_ids)))
    found = {row.pupil_id: row for row in rows}
    return {id: found.get(id) or SlipFamily(pupil_id=id, lang=usual, by_hand=False) for id in pupil_ids}


def say_homes(session: Session, said: Mapping[uuid.UUID, Languages], offered: Collection[str]) -> None:
    """Write down by child in which languages its homes are written to; slips that wait change with it.

    Refused for a language that the school does not offer.
    """
    if any(lang not in offered for langs in said.values() for lang in langs):
        raise Refused(N_("Choose one of the school's languages."))
    for pupil_id, langs in said.items():
        first, second = (*langs, None)[:2]
        _keep_family(session, {"pupil_id": pupil_id, "lang": first, "second_lang": second, "by_hand": False})
    for slip in session.scalars(select(Slip).where(Slip.pupil_id.in_(said), Slip.back_on.is_(None))).all():
        langs = said[slip.pupil_id]
        if slip.home <= len(langs):
            slip.lang = langs[slip.home - 1]
        else:
            session.delete(slip)
    session.flush()


def reach(session: Session, pupil_id: uuid.UUID, usual: str, by_hand: bool) -> None:
    """From now on no slip is made for this family, and those that wait are gone, with their links; or slips again.

    One mark for whoever is spoken with, wants paper alone, or has no language of ours: nobody can tell which.
    """
    _keep_by_hand(session, {"pupil_id": pupil_id, "lang": usual, "second_lang": None, "by_hand": by_hand})
    if by_hand:
        session.execute(delete(Slip).where(Slip.pupil_id == pupil_id, Slip.back_on.is_(None)))


def make_slips(
    session: Session,
    groups: Sequence[ClassGroup],
    kind: SlipKind,
    lessons: Mapping[uuid.UUID, str],
    usual: str,
    term: date,
    today: date,
) -> int:
    """Make the slips of these classes that are not there yet; how many are new. Sent twice, the second makes none.

    `lessons`: for questions, the lesson of each class; a class without one gets no question.
    """
    ids = [one.id for one in groups if kind is SlipKind.CODE or lessons.get(one.id)]
    here = select(Pupil.id, Pupil.class_group_id)
    here = here.where(Pupil.class_group_id.in_(ids), Pupil.left_on.is_(None))
    pupils = {row.id: row.class_group_id for row in session.execute(here)}
    rows = [
        {
            "id": slip_id(pupil_id, kind, home, term),
            "pupil_id": pupil_id,
            "kind": kind,
            "home": home,
            "lang": lang,
            "lesson_id": lessons.get(pupils[pupil_id], "") if kind is SlipKind.ASK else "",
            "term": term,
            "made_on": today,
            "taken": 0,
            "ring": False,
        }
        for pupil_id, family in homes_of(session, pupils, usual).items()
        for home, lang in enumerate(() if family.by_hand else family.langs, 1)
    ]
    return count_new(session, Slip, rows)


def slip_id(pupil_id: uuid.UUID, kind: SlipKind, home: int, term: date) -> uuid.UUID:
    """The number of the one slip that a home has of a kind in a term. It opens nothing."""
    said = pupil_id.bytes + f"{kind.value} {home} {term}".encode()
    return uuid.UUID(bytes=blake2b(said, digest_size=16, person=b"kiosk-slip-id").digest())


def give_links(session: Session, slips: Sequence[Slip], printed_on: date | None = None) -> list[str]:
    """A new token of each: for the school's messages, noted as once more taken, or for letters that are printed now.

    Those before them go on working: a family may have the first message or the second.
    """
    for slip in slips:
        if printed_on:
            slip.paper_on = printed_on
        else:
            slip.taken += 1
    tokens = [new_link(session, slip) for slip in slips]
    session.flush()
    return tokens


def new_link(session: Session, slip: Slip) -> str:
    """A new token of a slip."""
    token = b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("=").lower()
    session.add(SlipLink(digest=_digest(token), slip_id=slip.id))
    return token


def _digest(token: str) -> bytes:
    """A token as it is stored; of anything that somebody typed at the same price."""
    return blake2b(token[:LONGEST_TOKEN].encode(), digest_size=32, person=b"kiosk-slip").digest()


def open_term(calendar: SchoolCalendar, today: date) -> date:
    """The first day of the term whose slips can be sent back today; NO_TERM once its last day is over."""
    began = term_began(calendar, today)
    last = next((last for first, last in calendar.terms if first == began), None)
    return NO_TERM if last and today > last else began


def find_slip(session: Session, token: str, term: date) -> FoundSlip | None:
    """The slip behind a token, in the open `term`, of a child who is here; one query whatever was typed.

    None of a family that is reached by hand now, whatever was made at that moment.
    """
    by_hand = exists().where(SlipFamily.pupil_id == Slip.pupil_id, SlipFamily.by_hand)
    row = session.execute(
        select(Slip, Pupil.first_name, ClassGroup.name, ClassGroup.band)
        .join(SlipLink, SlipLink.slip_id == Slip.id)
        .join(Pupil, Pupil.id == Slip.pupil_id)
        .join(ClassGroup, ClassGroup.id == Pupil.class_group_id)
        .where(SlipLink.digest == _digest(token), Slip.term == term, Pupil.left_on.is_(None), ~by_hand)
    ).first()
    return FoundSlip(*row) if row else None


def slips_of_class(group: ClassGroup, term: date) -> Select[Slip]:
    """Asks for every slip of the children who are in a class now."""
    here = select(Slip).join(Pupil, Pupil.id == Slip.pupil_id).order_by(Slip.home)
    return here.where(Pupil.class_group_id == group.id, Pupil.left_on.is_(None), Slip.term == term)


def come_back(
    session: Session, id: uuid.UUID, today: date, way: SlipWay = SlipWay.TAP, ring: bool = False
) -> None:
    """Note the day on which a slip came back, and on paper a wish to be rung; one that is back stays as it is."""
    waiting = update(Slip).where(Slip.id == id, Slip.back_on.is_(None))
    session.execute(waiting.values(way=way, back_on=today, ring=ring))


def untick(session: Session, id: uuid.UUID) -> None:
    """Take back a tick of paper that was a mistake; what came by a tap stays."""
    was_paper = update(Slip).where(Slip.id == id, Slip.way == SlipWay.PAPER)
    session.execute(was_paper.values(way=None, back_on=None, ring=False))


def end_slips(session: Session, term: date, keep_from: date) -> None:
    """Delete the links of other terms, the slips of leavers, and slips made before `keep_from`."""
    gone = select(Pupil.id).where(Pupil.left_on.is_not(None))
    session.execute(delete(Slip).where(Slip.pupil_id.in_(gone) | (Slip.made_on < keep_from)))
    others = select(Slip.id).where(Slip.term != term)
    session.execute(delete(SlipLink).where(SlipLink.slip_id.in_(others)))
