"""A class window: pupils join with its code until it closes; then the row and every sign-in are deleted.

The code itself comes back when the class is opened again on the same day (promise E16).
"""

import re
import secrets
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassCode, ClassGroup, ClassWindow, StaffMember
from kiosk.wording.messages import N_, Refused

LONGEST_MINUTES = 90  # promise E1
CODE_WORD_LETTERS = 6  # short, as a seven-year-old types it
CODE_NUMBERS = range(10, 100)
LOOKS_LIKE_DIGIT = str.maketrans("OIL", "011")
CODE = re.compile(r"([A-Z]+)([0-9OIL]{2})")


@dataclass(frozen=True)
class OpenFor:
    """For how many minutes from now a class is opened, and the day in the school's own time."""

    minutes: int
    now: datetime
    today: date


def open_window(
    session: Session, staff: StaffMember, class_group: ClassGroup, time: OpenFor, words: Sequence[str]
) -> ClassWindow:
    """Open a class for a time; a class that is open gets more time and keeps its code.

    A class that was open before on the same day has its code back. `words` are the ids of the key pictures. Raises
    Refused for a time that is not 1 to 90 minutes.
    """
    minutes, now = time.minutes, time.now
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise Refused(N_("Choose between 1 and %(longest)d minutes."), longest=LONGEST_MINUTES)
    # The lock serialises two taps on "Open"; SQLite allows one writer at a time anyway.
    session.scalar(select(ClassGroup).where(ClassGroup.id == class_group.id).with_for_update())
    close_expired(session, now)
    closes_at = now + timedelta(minutes=minutes)
    # The second lock waits for whoever is closing the class at this moment; then it is opened anew.
    window = session.scalar(_open_windows(class_group, now).with_for_update())
    if window:
        window.closes_at = max(window.closes_at, closes_at)
    else:
        window = ClassWindow(
            class_group=class_group,
            opened_by=staff,
            code=_code_of_today(session, class_group, time.today, words),
            closes_at=closes_at,
        )
        session.add(window)
    session.flush()
    return window


def close_window(session: Session, window: ClassWindow) -> None:
    """Close a window now and sign out every pupil who joined through it."""
    # By statement: somebody else may have closed it at the same moment.
    session.execute(delete(ClassWindow).where(ClassWindow.id == window.id))


def set_led(session: Session, window: ClassWindow, led: bool) -> None:
    """Say whether a lesson is led in a window; one that somebody closes at the same moment stays closed."""
    session.execute(update(ClassWindow).where(ClassWindow.id == window.id).values(led=led))


def close_expired(session: Session, now: datetime) -> None:
    """Delete windows whose time is over, with their counts of wrong keys."""
    session.execute(delete(ClassWindow).where(ClassWindow.closes_at <= now))


def forget_codes(session: Session, today: date) -> None:
    """Forget the codes of the days before; nobody can come in by them any more."""
    session.execute(delete(ClassCode).where(ClassCode.day != today))


def open_window_ids(session: Session) -> set[uuid.UUID]:
    """Every window that has not been closed."""
    return set(session.scalars(select(ClassWindow.id)))


def window_of(session: Session, class_group: ClassGroup, now: datetime) -> ClassWindow | None:
    """The open window of a class."""
    return session.scalar(_open_windows(class_group, now))


def is_open(now: datetime) -> ColumnElement[bool]:
    """Classes that have an open window."""
    return ClassGroup.id.in_(select(ClassWindow.class_group_id).where(ClassWindow.closes_at > now))


def open_windows(
    session: Session, classes: Sequence[ClassGroup], now: datetime
) -> dict[uuid.UUID, ClassWindow]:
    """The windows that are open now, by class."""
    rows = session.scalars(
        select(ClassWindow).where(
            ClassWindow.class_group_id.in_([group.id for group in classes]), ClassWindow.closes_at > now
        )
    )
    return {row.class_group_id: row for row in rows}


def find_window(session: Session, typed: str, now: datetime) -> ClassWindow | None:
    """The open window whose code somebody typed in any case and spacing.

    Raises Refused with what to do where it cannot be a code at all.
    """
    code = read_code(typed)
    return session.scalar(select(ClassWindow).where(ClassWindow.code == code, ClassWindow.closes_at > now))


def read_code(typed: str) -> str:
    """A class code as it is stored ("KITE 42"), out of "kite42", "Kite - 42" or "KITE 4O"; raises Refused."""
    plain = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter.upper()
        for letter in unicodedata.normalize("NFKC", typed)
        if letter.isalnum()
    )
    if not plain:
        raise Refused(N_("Type the code that is on the board."))
    found = CODE.fullmatch(plain)
    if not found:
        raise Refused(N_("A class code is a word and two numbers. Look at the board and try again."))
    return f"{found[1]} {found[2].translate(LOOKS_LIKE_DIGIT)}"


def code_picture(code: str) -> str:
    """The id of the picture that is shown beside a code."""
    return code.split(" ")[0].lower()


def _open_windows(class_group: ClassGroup, now: datetime) -> Select[ClassWindow]:
    return select(ClassWindow).where(
        ClassWindow.class_group_id == class_group.id, ClassWindow.closes_at > now
    )


def _code_of_today(session: Session, class_group: ClassGroup, today: date, words: Sequence[str]) -> str:
    forget_codes(session, today)
    kept = session.scalar(select(ClassCode.code).where(ClassCode.class_group_id == class_group.id))
    if kept:
        return kept
    code = _free_code(session, words)
    session.add(ClassCode(class_group_id=class_group.id, code=code, day=today))
    return code


def _free_code(session: Session, words: Sequence[str]) -> str:
    """A code that no class has that is open or can come back, drawn from all free ones: it follows from no other."""
    taken = {*session.scalars(select(ClassWindow.code)), *session.scalars(select(ClassCode.code))}
    short = [word.upper() for word in words if len(word) <= CODE_WORD_LETTERS and word.isalpha()]
    free = [code for word in short for number in CODE_NUMBERS if (code := f"{word} {number}") not in taken]
    return secrets.choice(free)
