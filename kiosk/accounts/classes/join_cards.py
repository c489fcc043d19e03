"""Cards by which children come in: a square, and the same in words. One names a class, or a class and one child."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import present_pupils
from kiosk.accounts.models import ClassGroup, JoinCard, Pupil
from kiosk.sealing.site_key import SiteKey

CARD_WORDS = 7  # of sixty-four: 4 million million, tried by tablets that were set up alone
LONGEST_TYPED = 200


@dataclass(frozen=True)
class PrintedCard:
    """A card as it is printed, shown once and stored nowhere; of a class, or of one child of it."""

    class_group: ClassGroup
    pupil: Pupil | None
    words: str


def print_cards(
    session: Session, site_key: SiteKey, group: ClassGroup, things: Sequence[str], only: Pupil | None = None
) -> list[PrintedCard]:
    """New cards for a class, and then for each child in it; every card that was printed for them before ends.

    `only`: a new card for this child of it alone; all others stay as they are.
    """
    pupils = [only] if only else present_pupils(session, group)
    theirs = JoinCard.pupil_id.in_([pupil.id for pupil in pupils])
    ends = theirs if only else or_(JoinCard.class_group_id == group.id, theirs)
    session.execute(delete(JoinCard).where(ends))
    words = [thing for thing in things if thing.isalpha()]
    made = [
        PrintedCard(group, pupil, " ".join(secrets.choice(words) for _ in range(CARD_WORDS)))
        for pupil in (pupils if only else (None, *pupils))
    ]
    for card in made:
        digest = card_digest(site_key, card.words)
        session.add(JoinCard(digest=digest, class_group=group, pupil=card.pupil))
    session.flush()
    return made


def find_card(session: Session, site_key: SiteKey, typed: str) -> JoinCard | None:
    """The card whose words were read or typed, in any case and spacing.

    None for one whose child has left or is in another class now.
    """
    card = session.get(JoinCard, card_digest(site_key, typed))
    if card and card.pupil and (card.pupil.left_on or card.pupil.class_group_id != card.class_group_id):
        return None
    return card


def end_cards_of(session: Session, pupil_ids: Sequence[uuid.UUID]) -> None:
    """Delete the cards of children who leave or change class: one who comes back gets a new one."""
    session.execute(delete(JoinCard).where(JoinCard.pupil_id.in_(pupil_ids)))


def card_digest(site_key: SiteKey, typed: str) -> bytes:
    """The words of a card as they are stored: only this school can make it."""
    plain = "".join(letter for letter in typed[:LONGEST_TYPED].casefold() if letter.isalpha())
    return site_key.derive("join-card", plain.encode())
