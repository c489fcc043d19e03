"""The class that a tablet keeps until school ends, so that nobody types a code twice; never a child (promise E20)."""

import uuid
from datetime import datetime, time, timedelta

from flask import Response

from kiosk.accounts.models import ClassGroup, ClassWindow
from kiosk.accounts.views.tablet_cookie import TabletCookie
from kiosk.accounts.windows import window_of
from kiosk.bands import Band
from kiosk.db import now_utc
from kiosk.site import current_site
from kiosk.stores import school

KEPT_CLASS = TabletCookie("class", "kept-class")
CLASS, WINDOW = "c", "w"


def keep_class(response: Response, window: ClassWindow) -> None:
    """Keep the class on this tablet until school ends today, or until midnight where that is past.

    A class of the youngest, who have no key, is kept until it closes: else an older child who takes the tablet later
    would come in as one of them.
    """
    now, ends = now_utc(), _end_of_the_day()
    if window.class_group.band == Band.KS1:
        ends = min(ends, window.closes_at)
    KEPT_CLASS.keep(response, _kept(window), int(ends.timestamp()), ends - now)


def kept_window() -> ClassWindow | None:
    """The open window of the class that this tablet keeps; None where none is kept or it is not open."""
    kept, now = KEPT_CLASS.kept(), now_utc()
    if kept is None or now.timestamp() >= kept[1]:
        return None
    id = uuid.UUID(hex=kept[0][:-1])
    if kept[0].endswith(WINDOW):
        found = school().get(ClassWindow, id)
        return found if found and found.closes_at > now else None
    group = school().get(ClassGroup, id)
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
