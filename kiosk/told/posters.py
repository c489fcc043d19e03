"""Posters and cards that say how to tell, and a record of where they hang."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from markupsafe import Markup
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.told.models import PosterKind, PosterRecord
from kiosk.told.notice import Notice
from kiosk.wording.messages import N_, Refused

EVERYBODY = "all"
AUDIENCES = (EVERYBODY, *(band.value for band in Band))
CARDS_A_PAGE = 8
LONGEST_PLACE = 120
MOST_SHOWN = 200


@dataclass(frozen=True)
class Poster:
    """What stands on a poster or card: everything of this school that it names."""

    kind: PosterKind
    audience: str
    words: Notice
    english: Notice | None  # shown beside a translation that nobody has checked
    address: str
    people: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]  # helplines: name and number

    @property
    def version(self) -> str:
        """Changes with any word on the poster, so that a list can say which posters to print anew."""
        said = repr((dict(self.words.text), self.address, self.people, self.lines, self.audience))
        return f"{self.words.version}.{blake2b(said.encode(), digest_size=3).hexdigest()}"

    def say(self, key: str) -> list[tuple[Markup, str, str]]:
        """A line for this audience, with language and direction; a draft is followed by its English."""
        found: list[tuple[Markup, str, str]] = []
        for notice in (self.words, self.english):
            if notice is not None:
                text = notice.text.get(f"{key}.{self.audience}") or notice.text.get(key)
                found.append((text or notice[f"{key}.{EVERYBODY}"], notice.lang, notice.dir))
        return found


def record_poster(
    session: Session, staff: StaffMember, poster: Poster, lang: str, place: str, today: date
) -> PosterRecord:
    """Record where a poster was put up, or who was given cards; Refused where the place is missing or too long."""
    said = " ".join(place.split())
    if not said:
        raise Refused(N_("Write where it hangs, or who was given the cards."))
    if len(said) > LONGEST_PLACE:
        raise Refused(N_("Write the place in at most %(most)d letters."), most=LONGEST_PLACE)
    row = PosterRecord(
        kind=poster.kind,
        audience=poster.audience,
        lang=lang,
        mark=poster.version,
        place=said,
        staff_id=staff.id,
        up_on=today,
    )
    session.add(row)
    session.flush()
    return row


def forget_poster(session: Session, id: uuid.UUID) -> None:
    """Forget one that does not hang any more: nobody asks where it was; a second time changes nothing."""
    session.execute(delete(PosterRecord).where(PosterRecord.id == id))


def posters_up(session: Session) -> Sequence[PosterRecord]:
    """What hangs now, the newest first; one query."""
    return session.scalars(
        select(PosterRecord)
        .options(joinedload(PosterRecord.staff))
        .order_by(PosterRecord.up_on.desc(), PosterRecord.place)
        .limit(MOST_SHOWN)
    ).all()
