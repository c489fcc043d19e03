"""Where a class is, as every page of a led lesson finds and says it."""

import uuid

from flask_babel import gettext as _

from kiosk.classroom.leading import Led, led_lesson
from kiosk.db import now_utc
from kiosk.lessons.lesson import Lesson
from kiosk.site import current_site


def led_now(window_id: uuid.UUID) -> tuple[Led, Lesson] | None:
    """Where an open class is, and in which lesson; None where it is not led, or by a lesson that is gone."""
    site = current_site()
    with site.databases.sessions.rows(write=False) as rows:
        led = led_lesson(rows, window_id)
    lesson = site.lessons.get(led.lesson_id) if led else None
    return (led, lesson) if led and lesson else None


def minutes_words(led: Led) -> str:
    """How much of the lesson is left; empty where the teacher has not said."""
    left = led.minutes_left(now_utc())
    if left is None:
        return ""
    return str(_("About %(number)d minutes left", number=left) if left > 1 else _("Time to finish"))
