"""Making slips: one for each home, kind and term, and none for a family that is spoken with by hand."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.slips.models import FIRST_HOME, SECOND_HOME, Slip, SlipFamily, SlipKind
from kiosk.storage.upsert import Upsert, count_new
from kiosk.wording.messages import N_, Refused

_keep_family = Upsert(SlipFamily, lambda new: {"lang": new.lang, "second_lang": new.second_lang})
_keep_by_hand = Upsert(SlipFamily, lambda new: {"by_hand": new.by_hand})


@dataclass(frozen=True)
class Homes:
    """The languages of a child's homes, and whether the family is reached by hand."""

    lang: str
    second_lang: str | None = None
    by_hand: bool = False

    @property
    def langs(self) -> Mapping[int, str]:
        """By home its language; a child has one slip for each."""
        first = {FIRST_HOME: self.lang}
        return first | {SECOND_HOME: self.second_lang} if self.second_lang else first


def homes_of(session: Session, pupil_ids: Collection[uuid.UUID], usual: str) -> dict[uuid.UUID, Homes]:
    """The homes of these children; where nothing was written down it is one, in the school's `usual` language."""
    rows = session.scalars(select(SlipFamily).where(SlipFamily.pupil_id.in_(pupil_ids)))
    found = {row.pupil_id: Homes(row.lang, row.second_lang, row.by_hand) for row in rows}
    return {id: found.get(id, Homes(usual)) for id in pupil_ids}


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
    ids = {one.id: one.id for one in groups if kind is SlipKind.CODE or lessons.get(one.id)}
    here = select(Pupil.id, Pupil.class_group_id).where(
        Pupil.class_group_id.in_(ids), Pupil.left_on.is_(None)
    )
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
        for pupil_id, homes in homes_of(session, pupils, usual).items()
        for home, lang in (homes.langs.items() if not homes.by_hand else ())
    ]
    return count_new(session, Slip, rows)


def slip_id(pupil_id: uuid.UUID, kind: SlipKind, home: int, term: date) -> uuid.UUID:
    """The number of the one slip that a home has of a kind in a term. It opens nothing."""
    said = pupil_id.bytes + f"{kind.value} {home} {term}".encode()
    return uuid.UUID(bytes=blake2b(said, digest_size=16, person=b"kiosk-slip-id").digest())


def say_homes(session: Session, said: Mapping[uuid.UUID, Homes], offered: Collection[str]) -> None:
    """Write down by child in which languages its homes are written to; slips that wait change with it.

    Refused for a language that the school does not offer.
    """
    if any(lang not in offered for homes in said.values() for lang in homes.langs.values()):
        raise Refused(N_("Choose one of the school's languages."))
    for pupil_id, homes in said.items():
        row = {"pupil_id": pupil_id, "lang": homes.lang, "second_lang": homes.second_lang, "by_hand": False}
        _keep_family(session, row)
    waiting = select(Slip).where(Slip.pupil_id.in_(said), Slip.back_on.is_(None))
    for slip in session.scalars(waiting).all():
        langs = said[slip.pupil_id].langs
        if slip.home in langs:
            slip.lang = langs[slip.home]
        else:
            session.delete(slip)
    session.flush()


def reach_by_hand(session: Session, pupil: Pupil, usual: str) -> None:
    """From now on no slip is made for this family, and those that wait are gone, with their links.

    One mark for whoever is spoken with, wants paper alone, or has no language of ours: nobody can tell which.
    """
    _keep_by_hand(session, {"pupil_id": pupil.id, "lang": usual, "second_lang": None, "by_hand": True})
    session.execute(delete(Slip).where(Slip.pupil_id == pupil.id, Slip.back_on.is_(None)))


def reach_by_slips(session: Session, pupil: Pupil, usual: str) -> None:
    """The family gets slips again, from the next that are made on."""
    _keep_by_hand(session, {"pupil_id": pupil.id, "lang": usual, "second_lang": None, "by_hand": False})
