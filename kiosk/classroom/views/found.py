"""Finds where a class is in a led lesson, and puts it into words, for all pages of led lessons."""

import uuid

from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.classroom.answers import Tally, options_at, tally
from kiosk.classroom.course import Course, course_of
from kiosk.classroom.leading import CODE, LedLesson, led_lesson
from kiosk.classroom.seats import Seat, seats
from kiosk.lessons.lesson import Lesson
from kiosk.site import current_site
from kiosk.small_numbers import FEWEST
from kiosk.storage.db import now_utc
from kiosk.wording.messages import N_

# How many gave an answer, by the length of its bar: never as a number.
HANDS = (N_("Nobody"), N_("A few"), N_("Some"), N_("Many of us"), N_("Most of us"))
TAPS = (N_("Nobody or a few"), *HANDS[1:])


def led_lesson_now(window_id: uuid.UUID) -> tuple[LedLesson, Lesson] | None:
    """Where an open class is, and in which lesson; None where no lesson is led, or children may not open it."""
    led, lesson = on_board(window_id)
    return (led, lesson) if led and lesson else None


def code_led_now(window_id: uuid.UUID) -> LedLesson | None:
    """Which rule of its Code an open class reads on the board; None where it reads none. Tablets know nothing of it."""
    led, lesson = on_board(window_id)
    return None if lesson else led


def on_board(window_id: uuid.UUID) -> tuple[LedLesson | None, Lesson | None]:
    """Where an open class is, and in which lesson; no lesson where it reads its Code, and neither where nothing is led
    or children may not open it."""
    site = current_site()
    with site.databases.sessions.rows(write=False) as rows:
        led = led_lesson(rows, window_id)
    lesson = site.open_lessons.get(led.lesson_id) if led else None
    return (led, lesson) if led and (lesson or led.lesson_id == CODE) else (None, None)


def minutes_words(led: LedLesson) -> str:
    """The minutes left of the lesson in words; empty if the teacher has set no end."""
    left = led.minutes_left(now_utc())
    if left is None:
        return ""
    return str(_("About %(number)d minutes left", number=left) if left > 1 else _("Time to finish"))


def bar_words(found: Tally | None) -> tuple[str, ...]:
    """The words of each length of a bar; where tablets answered, none and few are the same."""
    return TAPS if found and found.tablets else HANDS


def course_now(lesson: Lesson) -> Course:
    """The places of a lesson, with its quiz of this site."""
    return course_of(lesson, current_site().quizzes)


def answers_now(led: LedLesson, lesson: Lesson) -> Tally | None:
    """What the class has answered at its step; None where a step has no answers that may be added up."""
    return class_state_now(led, lesson)[1]


def class_state_now(led: LedLesson, lesson: Lesson) -> tuple[list[Seat], Tally | None]:
    """Who came in, and what the class has answered at its step."""
    options = options_at(course_now(lesson), led.place)
    with current_site().databases.sessions.rows(write=False) as rows:
        came_in = seats(rows, led.window_id)
        unsure = Markup.escape(_("I'm not sure"))
        still_in = sum(not seat.left for seat in came_in)
        found = tally(rows, led.window_id, led.place, options, unsure, still_in) if options else None
        return came_in, found


def came_in_words(count: int) -> str:
    """How many children came in, to the nearest five: it never says that one of them is silent (promise E24)."""
    if count == 0:
        return str(_("Nobody has come in yet"))
    if count < FEWEST:
        return str(_("A few have come in"))
    return str(_("About %(number)d have come in", number=FEWEST * ((count + 2) // FEWEST)))
