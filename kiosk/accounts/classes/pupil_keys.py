"""A pupil's key: three pictures in order for younger pupils, three words for older ones, none in ks1."""

import enum
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil, WindowTry
from kiosk.accounts.sign_in.passwords import PUPIL_COST, hash_secret, secret_matches
from kiosk.accounts.sign_in.steps import running_wait
from kiosk.bands import Band
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import N_, Refused

KEY_LENGTH = 3
SHOWN_PICTURES = 16  # 3,360 keys, of which eleven can be tried in the longest window
FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_DOUBLINGS = 6
LONGEST_WAIT = FIRST_WAIT * 2**LONGEST_DOUBLINGS
LONGEST_TYPED = 200
PICTURE_BAND = Band.KS2
WORD_BANDS = frozenset({Band.KS3, Band.KS4})


class KeyMatch(enum.Enum):
    """Whether what a pupil tapped or typed is their key."""

    RIGHT = "right"
    TRY_AGAIN = "again"
    WAIT = "wait"


@dataclass(frozen=True)
class KeyAnswer:
    """The result of a try, and until when that name has to wait."""

    fit: KeyMatch
    wait_until: datetime | None = None


@dataclass(frozen=True)
class NewKey:
    """A key as it is given to its pupil, shown once and stored nowhere; `things` are picture ids."""

    pupil: Pupil
    things: tuple[str, ...]

    @property
    def passphrase(self) -> str:
        """The key as words to type."""
        return " ".join(self.things)


def shown_pictures(site_key: SiteKey, pupil_id: uuid.UUID, things: Iterable[str]) -> list[str]:
    """The sixteen pictures that one pupil chooses from: always the same ones in the same places.

    The key is drawn from these sixteen, so seeing them does not say which three it is.
    """

    def place(thing: str) -> bytes:
        return site_key.lasting.derive("key-pictures", pupil_id.bytes + thing.encode())

    return sorted(things, key=place)[:SHOWN_PICTURES]


def draw_key(pupil: Pupil, site_key: SiteKey, things: Sequence[str]) -> NewKey:
    """A new key for a pupil, stored nowhere yet; raises Refused for ks1, where nobody has one."""
    band = pupil.class_group.band
    if band == PICTURE_BAND:
        choices: Sequence[str] = shown_pictures(site_key, pupil.id, things)
    elif band in WORD_BANDS:
        choices = things
    else:
        raise Refused(N_("Children in this class tap their name. They have no key."))
    return NewKey(pupil, tuple(secrets.SystemRandom().sample(list(choices), KEY_LENGTH)))


def draw_keys(
    class_group: ClassGroup, site_key: SiteKey, things: Sequence[str], everybody: bool
) -> list[NewKey]:
    """New keys for a class: for every pupil, or only for those who have none yet."""
    return [
        draw_key(pupil, site_key, things)
        for pupil in class_group.pupils
        if pupil.left_on is None and (everybody or pupil.key_hash is None)
    ]


def hash_key(things: Iterable[str]) -> bytes:
    """A key as it is stored; it takes a while, so call it outside any transaction (promise G10)."""
    return hash_secret(_plain_key(things), PUPIL_COST)


def give_key(session: Session, pupil: Pupil, key_hash: bytes) -> None:
    """Store a pupil's new key, which replaces the old and ends every wait."""
    pupil.key_hash = key_hash
    session.execute(delete(WindowTry).where(WindowTry.pupil_id == pupil.id))
    session.flush()


def key_matches(stored: bytes | None, offered: Sequence[str]) -> bool:
    """Whether `offered` (taps, or what was typed) is a stored key; it takes a while, as `hash_key` does."""
    return stored is not None and secret_matches(stored, _plain_key(offered)[:LONGEST_TYPED])


def count_key_try(
    session: Session, window: ClassWindow, pupil: Pupil, stored: bytes | None, fits: bool, now: datetime
) -> KeyAnswer:
    """Count a try whose key was compared with `stored`; five wrong ones start a wait, which doubles.

    The wait applies to this name in this window only (promise E1). A right key during the wait is ignored, so that
    parallel tries gain nothing. A right key resets the count.
    """
    tried = session.scalar(
        select(WindowTry)
        .where(WindowTry.window_id == window.id, WindowTry.pupil_id == pupil.id)
        .with_for_update()
    )
    if until := running_wait(tried.wait_until if tried else None, now, LONGEST_WAIT):
        return KeyAnswer(KeyMatch.WAIT, until)
    if fits and pupil.key_hash == stored:
        if tried:
            session.delete(tried)
        return KeyAnswer(KeyMatch.RIGHT)
    if tried is None:
        tried = WindowTry(window_id=window.id, pupil_id=pupil.id, tries=0)
        session.add(tried)
    tried.tries += 1
    if tried.tries < FREE_TRIES:
        return KeyAnswer(KeyMatch.TRY_AGAIN)
    tried.wait_until = now + FIRST_WAIT * 2 ** min(tried.tries - FREE_TRIES, LONGEST_DOUBLINGS)
    return KeyAnswer(KeyMatch.WAIT, tried.wait_until)


def waiting_names(session: Session, window: ClassWindow, now: datetime) -> dict[uuid.UUID, datetime]:
    """The pupils who have to wait in this window, by id, and until when."""
    rows = session.execute(
        select(WindowTry.pupil_id, WindowTry.wait_until).where(
            WindowTry.window_id == window.id,
            WindowTry.wait_until > now,
            WindowTry.wait_until <= now + LONGEST_WAIT,
        )
    )
    return {pupil_id: until for pupil_id, until in rows if until}


def clear_wait(session: Session, window: ClassWindow, pupil: Pupil) -> None:
    """Let a pupil try again at once, as a teacher is beside them."""
    session.execute(delete(WindowTry).where(WindowTry.window_id == window.id, WindowTry.pupil_id == pupil.id))


def clear_waits(session: Session, window: ClassWindow) -> None:
    """Let everybody of a class try again at once."""
    session.execute(delete(WindowTry).where(WindowTry.window_id == window.id))


def _plain_key(parts: Iterable[str]) -> str:
    """A key without case, spaces or dashes, so that "Kite-bus frog" is "kite bus frog"."""
    return "".join(letter for part in parts for letter in part.casefold() if letter.isalnum())
