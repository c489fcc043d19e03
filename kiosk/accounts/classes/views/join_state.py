"""What a tablet remembers between class code and key: the window, the chosen name, the pictures so far.

After that a signed cookie says for 180 days that a class was joined on it, as one of sixteen numbers, and not who
(promise G10). Another cookie says which class it was, until the school day ends (`join.keep_class`).
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import Response, request, session

from kiosk.accounts.blueprints import KEPT, kept_look
from kiosk.accounts.classes.access import find_pupil
from kiosk.accounts.classes.views.set_up_tablet import set_up_of_tablet, was_taken_back
from kiosk.accounts.classes.views.tablet_cookie import TabletCookie
from kiosk.accounts.models import ClassWindow, Pupil
from kiosk.accounts.sign_in.code_rate_limit import STRANGERS, group_of
from kiosk.accounts.sign_in.current_pupil import as_current_pupil
from kiosk.accounts.sign_in.login import PupilLogin, sign_in
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import id_of
from kiosk.web.request_sessions import school
from kiosk.web.sessions import start_fresh_session

WINDOW, PUPIL, TAPS, TRIED, STRAIGHT = "window", "pupil", "taps", "tried", "straight"
JOINED_LASTS = timedelta(days=180)
JOINED = TabletCookie("joined", "joined-tablet")


@dataclass(frozen=True)
class JoinProgress:
    """How far a child has come in signing in: the open window, and the name once it is tapped."""

    window: ClassWindow
    pupil: Pupil | None


def remember_window(window: ClassWindow, straight: bool = False) -> None:
    """Start afresh with an open window; `straight`: by a picture or a card, which is a tap more than names alone."""
    kept = kept_look() | {name: request.args[name] for name in KEPT if request.args.get(name)}
    if set_up_of_tablet():
        kept.setdefault("band", window.class_group.band)
    start_fresh_session(session)
    session.update(kept)
    session[WINDOW] = window.id.hex
    if straight:
        session[STRAIGHT] = True


def goes_straight() -> bool:
    """Whether the way in took a tap more, so that the lesson of the day comes without Today before it."""
    return bool(session.get(STRAIGHT))


def tablet_group() -> int:
    """The group in which this tablet's wrong codes are counted: that of the class that was joined here last."""
    return int(JOINED.kept() or STRANGERS)


def remember_joining(response: Response, window: ClassWindow) -> None:
    """From now on count wrong codes typed on this tablet separately from those of unknown tablets."""
    site, group = current_site(), str(group_of(window.class_group_id))
    JOINED.keep(response, group, datetime.combine(site.today() + JOINED_LASTS, time.min, site.calendar.zone))


def remember_name(pupil: Pupil) -> None:
    """Remember which name was tapped, with no picture yet."""
    session[PUPIL] = pupil.id.hex
    forget_taps()


def forget_name() -> None:
    """Go back to the names."""
    session.pop(PUPIL, None)
    forget_taps()


def forget_taps() -> None:
    """Go back to the first picture."""
    session.pop(TAPS, None)
    session.pop(TRIED, None)


def join_progress() -> JoinProgress | None:
    """How far this tablet is with signing in; None if the window has closed, none was joined, or the tablet was
    taken back.
    """
    window = school().get(ClassWindow, _sent_id(session.get(WINDOW, "")))
    if window is None or window.closes_at <= now_utc() or was_taken_back():
        return None
    return JoinProgress(window, find_pupil(school(), window.class_group, _sent_id(session.get(PUPIL, ""))))


def chosen_pupil(window: ClassWindow, sent: str) -> Pupil | None:
    """The child of this window's class whose tile was tapped."""
    return find_pupil(school(), window.class_group, _sent_id(sent))


def admit_pupil(pupil: Pupil, window: ClassWindow) -> None:
    """Sign a child in and forget the steps that led there."""
    sign_in(PupilLogin(as_current_pupil(pupil, window)), kept_look())


def _sent_id(text: object) -> uuid.UUID:
    return id_of(str(text)) or uuid.UUID(int=0)  # an id that nobody has
