"""The addresses of slips: 128 random bits each, of which the database keeps a digest alone."""

import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import term_began
from kiosk.slips.models import Slip, SlipFamily, SlipKind, SlipLink

TOKEN_BYTES = 16
LONGEST_TOKEN = 60  # of what somebody typed
NO_TERM = date.min


@dataclass(frozen=True)
class FoundSlip:
    """A slip as its family may see it: nothing of another home, and not when or how it came back."""

    slip: Slip
    name: str
    class_name: str
    band: Band

    @property
    def kind(self) -> SlipKind:
        """What the family is asked to do."""
        return self.slip.kind

    @property
    def is_back(self) -> bool:
        """Whether the school has it."""
        return self.slip.back_on is not None


def new_link(session: Session, slip: Slip) -> str:
    """A new token of a slip. Those before it go on working: a family may have the first message or the second."""
    token = b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("=").lower()
    session.add(SlipLink(digest=digest_of(token), slip_id=slip.id))
    return token


def take_links(session: Session, slips: Sequence[Slip]) -> list[tuple[Slip, str]]:
    """A new token of each for the school's messages, and once more noted that it was taken."""
    found = []
    for slip in slips:
        slip.taken += 1
        found.append((slip, new_link(session, slip)))
    session.flush()
    return found


def print_links(session: Session, slips: Sequence[Slip], today: date) -> list[tuple[Slip, str]]:
    """A new token of each for a letter, and the day on which it was printed."""
    found = []
    for slip in slips:
        slip.paper_on = today
        found.append((slip, new_link(session, slip)))
    session.flush()
    return found


def digest_of(token: str) -> bytes:
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
        .where(SlipLink.digest == digest_of(token), Slip.term == term, Pupil.left_on.is_(None), ~by_hand)
    ).first()
    return FoundSlip(*row) if row else None


def end_slips(session: Session, term: date, keep_from: date) -> None:
    """Delete the links of other terms, the slips of leavers, and slips made before `keep_from`."""
    gone = select(Pupil.id).where(Pupil.left_on.is_not(None))
    session.execute(delete(Slip).where(Slip.pupil_id.in_(gone) | (Slip.made_on < keep_from)))
    others = select(Slip.id).where(Slip.term != term)
    session.execute(delete(SlipLink).where(SlipLink.slip_id.in_(others)))
