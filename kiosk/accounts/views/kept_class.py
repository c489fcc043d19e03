"""The class that a tablet keeps until school ends, so that nobody types a code twice; never a child (promise E20)."""

import uuid
from datetime import datetime, time, timedelta
from hmac import compare_digest

from flask import Response, request

from kiosk.accounts.models import ClassGroup, ClassWindow
from kiosk.accounts.windows import window_of
from kiosk.bands import Band
from kiosk.cookies import kept_class_cookie_name
from kiosk.db import now_utc
from kiosk.site import current_site
from kiosk.stores import school

PATH = "/learn"
CLASS, WINDOW = "c", "w"


def keep_class(response: Response, window: ClassWindow) -> None:
    """Keep the class on this tablet until school ends today, or until midnight where that is past.

    A class of the youngest, who have no key, is kept until it closes: else an older child who takes the tablet later
    would come in as one of them.
    """
    now, ends = now_utc(), _end_of_the_day()
    if window.class_group.band == Band.KS1:
        ends = min(ends, window.closes_at)
    class_id, until = _kept(window), str(int(ends.timestamp()))
    response.set_cookie(
        kept_class_cookie_name(),
        f"{class_id}.{until}.{_mark(class_id, until)}",
        max_age=int((ends - now).total_seconds()),
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=current_site().config.over_https,
    )


def forget_class(response: Response) -> None:
    """Forget it: another class comes in here."""
    response.delete_cookie(kept_class_cookie_name(), path=PATH)


def kept_window() -> ClassWindow | None:
    """The open window of the class that this tablet keeps; None where none is kept or it is not open."""
    class_id, _, rest = request.cookies.get(kept_class_cookie_name(), "").partition(".")
    until, _, mark = rest.partition(".")
    if not until.isdecimal() or not compare_digest(mark.encode(), _mark(class_id, until).encode()):
        return None
    now = now_utc()
    if now.timestamp() >= int(until):
        return None
    id, kept = class_id[:-1], class_id[-1:]
    if kept == WINDOW:
        found = school().get(ClassWindow, uuid.UUID(hex=id))
        return found if found and found.closes_at > now else None
    group = school().get(ClassGroup, uuid.UUID(hex=id))
    return window_of(school(), group, now) if group else None


def _kept(window: ClassWindow) -> str:
    """What is kept: the class, or of the youngest this one opening of it."""
    if window.class_group.band == Band.KS1:
        return window.id.hex + WINDOW
    return window.class_group_id.hex + CLASS


def _end_of_the_day() -> datetime:
    site, now = current_site(), now_utc()
    today, calendar = site.today(), site.calendar
    ends = calendar.hours(today)[1]
    midnight = datetime.combine(today + timedelta(days=1), time.min, calendar.zone)
    return ends if ends > now else midnight


def _mark(class_id: str, until: str) -> str:
    """What only this school can write."""
    return current_site().key.derive("kept-class", f"{class_id}.{until}".encode(), 16).hex()
