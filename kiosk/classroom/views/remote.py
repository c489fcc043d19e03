"""What the remote shows: what the adult says at each place, what comes next, and who may need somebody."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.accounts.classes.access import present_names
from kiosk.accounts.classes.pupil_keys import waiting_names
from kiosk.accounts.models import ClassGroup, ClassWindow
from kiosk.classroom.answers import Bar, Tally
from kiosk.classroom.course import Course
from kiosk.classroom.leading import SHOWN_RIGHT, LedLesson
from kiosk.classroom.pace import is_kept_together
from kiosk.classroom.said import led_step_at, taught_at, title_at
from kiosk.classroom.seats import Seat, lagging_seats
from kiosk.classroom.views.board import screens_of
from kiosk.classroom.views.found import (
    bar_words,
    came_in_words,
    class_state_now,
    course_now,
    minutes_words,
)
from kiosk.classroom.views.led_class import Led
from kiosk.classroom.would_you_tell import open_round
from kiosk.lessons.stopped import stops_of
from kiosk.lessons.teaching import StepTaught
from kiosk.lessons.views.blueprint import leads_beside
from kiosk.quizzes.misconception import Misconception
from kiosk.quizzes.question import Question
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import school

SHORT_OF_TIME = timedelta(minutes=10)  # from then on the remote says what to do of what is left


@dataclass(frozen=True)
class Place:
    """One place of the lesson as the adult reads it, also where there is no network."""

    number: int
    name: str
    title: Markup
    kind: str
    taught: StepTaught | None
    question: Question | None
    stops: bool  # a class with two sittings stops after it


def remote_page(group: ClassGroup, found: Led) -> dict[str, Any]:
    """Everything that the page of a led lesson shows."""
    window, led, lesson = found
    here, tally = class_state_now(led, lesson)
    course, asks = course_now(lesson), request.args.get("ask", "")
    stopped = stops_of(school(), group).get(lesson.id) if not led.place else None
    press, words = _what_comes_next(led, course, tally)
    places = [_place(course, number) for number in range(course.end + 1)]
    return {
        "group": group,
        "window": window,
        "led": led,
        "lesson": lesson,
        "course": course,
        "tally": tally,
        "question": course.question(led.place),
        "places": places,
        "press": press,
        "press_words": words,
        "next_words": _words_of_next(led.place, course),
        "stopped_at": stopped.place if stopped and 1 < stopped.place <= course.last else 0,
        "ask": "" if (asks == "empty" and here) or (asks == "close" and not here) else asks,
        "asked_place": request.args.get("place", ""),
        "beliefs": _beliefs_shown(tally) if tally and led.shown else [],
        "how_many": bar_words(tally),
        "left": _minutes_from(course, led.place),
        "minutes": minutes_words(led),
        "short": _steps_in_short(course, led, window, places),
        "leads": leads_beside(lesson),
        "asks_now": open_round(led, course) is not None,
        **screens_of(group.id, window),
        **_who_is_here(group, window, led, course, here),
    }


def _who_is_here(
    group: ClassGroup, window: ClassWindow, led: LedLesson, course: Course, here: list[Seat]
) -> dict[str, Any]:
    """The children by name: never for the silence of a tablet (promise E24)."""
    names = {one.id: one.first_name for one in present_names(school(), group)}
    known = sorted(
        (seat for seat in here if seat.pupil_id in names), key=lambda seat: names[seat.pupil_id].casefold()
    )
    paced = led.place > 0 and is_kept_together(led, course)
    behind = lagging_seats(known, led.place, led.turn) if paced and not led.eyes else []
    waiting = waiting_names(school(), window, now_utc())
    return {
        "came_in": came_in_words(len(here)),
        "paced": paced,
        "hands_up": [(seat.pupil_id, names[seat.pupil_id]) for seat in known if seat.hand],
        "behind": [(names[seat.pupil_id], seat.place) for seat in behind],
        "left_early": [names[seat.pupil_id] for seat in known if seat.left],
        "names": [
            (names[seat.pupil_id], names.get(seat.beside_id, "") if seat.beside_id else "") for seat in known
        ],
        "waiting": [(id, names[id]) for id in waiting if id in names],
    }


def _what_comes_next(led: LedLesson, course: Course, tally: Tally | None) -> tuple[str, str]:
    """The one wide button: what it does, and its words; while each goes on alone it brings all together, or ends."""
    if led.place >= course.end or (led.place > course.steps and not led.together):
        return "close", str(_("End and sign everybody out"))
    if not led.together:
        return "together", str(_("All together"))
    if led.place and tally and not led.shown:
        return "answers", str(_("Show answers"))
    if course.question(led.place) and led.shown < SHOWN_RIGHT:
        return "right", str(_("Show the good answer"))
    return "next", _words_of_next(led.place, course)


def _words_of_next(place: int, course: Course) -> str:
    if place == 0:
        return str(_("Start"))
    if place < course.steps:
        return str(_("Next step"))
    if place == course.talk:
        return str(_("The questions together"))
    return str(_("Next question")) if course.talk < place < course.last else _name_of(course, place + 1)


def _place(course: Course, number: int) -> Place:
    step, teaching = led_step_at(course, number), course.lesson.teaching
    return Place(
        number,
        _name_of(course, number),
        title_at(course, number),
        step.kind if step else "",
        taught_at(course, number),
        course.question(number),
        bool(step and teaching and teaching.stop_after == step.id),
    )


def _name_of(course: Course, number: int) -> str:
    if not number:
        return str(_("Not started"))
    if number <= course.steps:
        return str(_("Step %(here)d of %(total)d", here=number, total=course.steps))
    if course.talk < number < course.end:
        total = len(course.at_the_end)
        return str(_("Question %(here)d of %(total)d at the end", here=number - course.talk, total=total))
    talks = number == course.talk and (course.at_the_end or course.lesson.talk)
    return str(_("Talk about it") if talks else _("Who can help"))


def _minutes_from(course: Course, place: int) -> int:
    """About how many minutes the lesson takes from here."""
    teaching, asked = course.lesson.teaching, len(course.at_the_end)
    if teaching and asked and place > course.talk:
        return -(-teaching.quiz * max(course.end - place, 0) // asked) + teaching.goodbye
    return course.lesson.minutes_from(place)


def _steps_in_short(course: Course, led: LedLesson, window: ClassWindow, places: list[Place]) -> list[Place]:
    """What to do of what is left, once time is short: the steps that the lesson names for ten minutes."""
    teaching = course.lesson.teaching
    is_short = led.ends_at is not None or window.closes_at - now_utc() <= SHORT_OF_TIME
    if teaching is None or not is_short or not is_kept_together(led, course):
        return []
    short = {number for number, step in enumerate(course.lesson.steps, 1) if step.id in teaching.ten_minutes}
    return [one for one in places if one.number in short and one.number > led.place]


def _beliefs_shown(tally: Tally) -> list[tuple[Bar, Misconception]]:
    """The mistaken ideas that five or more answers show, for the teacher to put into words of their own."""
    known = current_site().misconceptions
    return [(bar, known[bar.option.belief]) for bar in tally.beliefs() if bar.option.belief in known]
