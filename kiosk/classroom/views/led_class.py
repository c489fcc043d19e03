"""The blueprint of the teacher's pages of a led lesson, and what several of them do with a class that is led."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, session, url_for
from flask_babel import gettext as _

from kiosk.accounts.classes.access import present_pupils
from kiosk.accounts.classes.windows import close_window, set_led, window_of
from kiosk.accounts.models import ClassGroup, ClassWindow
from kiosk.classroom import leading
from kiosk.classroom.course import Course
from kiosk.classroom.leading import LedLesson
from kiosk.classroom.seats import Seat
from kiosk.classroom.views.found import course_now, led_lesson_now
from kiosk.classroom.would_you_tell import close_rounds
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.stopped import forget_stop, note_stop
from kiosk.lessons.taught import CameIn, LessonOfDay, record_led_lesson
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import school

# In the session of whoever ended a lesson: class, lesson, place, window where it stayed open, and when.
ENDED = "ended_lesson"

bp = Blueprint("leading", __name__, url_prefix="/staff/classes/<uuid:class_id>/lesson")

Led = tuple[ClassWindow, LedLesson, Lesson]


def led_in(group: ClassGroup) -> Led | None:
    """The open window of a class, where the class is, and in which lesson; None where none is led."""
    window = window_of(school(), group, now_utc())
    found = led_lesson_now(window.id) if window else None
    return (window, *found) if window and found else None


def remote_url(class_id: uuid.UUID, **asked: Any) -> str:
    """The address of the remote; `asked`: with what a tap is answered there."""
    return url_for("leading.show", class_id=class_id, **asked)


def end_lesson(group: ClassGroup, found: Led, here: Sequence[Seat], close: bool) -> None:
    """Stop leading: then the children work on alone, or the class closes."""
    window, led, lesson = found
    course = course_now(lesson)
    write_down(group, course, here, led.place, finished=led.place >= course.steps)
    with current_site().databases.sessions.rows(write=True) as rows:
        close_rounds(rows, current_site().key, {window.id})
        leading.forget_closed(rows, {window.id}) if close else leading.end(rows, window.id)
    set_led(school(), window, False)
    still_open = "" if close else window.id.hex
    session[ENDED] = [group.id.hex, lesson.id, led.place, still_open, int(now_utc().timestamp())]
    if close:
        close_window(school(), window)
        flash(_("%(name)s is closed. Every pupil is signed out.", name=group.name))
    school().commit()


def write_down(group: ClassGroup, course: Course, here: Sequence[Seat], place: int, finished: bool) -> None:
    """Record who came in, and where the class is; `finished`: it has come to the last step, and done the lesson.

    Recorded at every step, as a class may close at any moment: when its time is over, by a colleague, or at the end
    of the day.
    """
    if not place:
        return
    lesson, today = course.lesson, current_site().today()
    # In an empty room nothing is done yet, and an adult may sign for it today.
    if place < course.end or not here:
        note_stop(school(), group, lesson, min(place, course.last), today)
    else:
        forget_stop(school(), group, lesson)
    pupils = {pupil.id: pupil for pupil in present_pupils(school(), group)}
    came_in = [
        CameIn(pupils[one.pupil_id], one.has_tablet, one.left, one.beside_id)
        for one in here
        if one.pupil_id in pupils
    ]
    held = LessonOfDay(group, lesson, today, lesson.since(current_site().term_began()))
    record_led_lesson(school(), held, came_in, finished)
