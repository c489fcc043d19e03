"""The teacher's page of a led lesson: choose it, move the class, count hands, see who needs help, end it."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request
from sqlalchemy import Connection

from kiosk.accounts.classes.access import present_names, present_pupils
from kiosk.accounts.classes.cover import witness_if_cover
from kiosk.accounts.classes.pupil_keys import waiting_names
from kiosk.accounts.classes.views.windows import class_of_today, window_now
from kiosk.accounts.classes.windows import close_window, set_led, window_of
from kiosk.accounts.models import ClassGroup, ClassWindow
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.classroom import leading
from kiosk.classroom.answers import HAND_STEPS, Bar, Tally, count_hands
from kiosk.classroom.board_address import board_token
from kiosk.classroom.course import Course
from kiosk.classroom.leading import LedLesson
from kiosk.classroom.pace import is_kept_together
from kiosk.classroom.said import led_step_at, taught_at, title_at
from kiosk.classroom.seats import Seat, lagging_seats
from kiosk.classroom.views.beside import beside_form
from kiosk.classroom.views.board import screens_of
from kiosk.classroom.views.found import (
    answers_now,
    bar_words,
    came_in_names,
    came_in_words,
    class_state_now,
    course_now,
    led_lesson_now,
    minutes_words,
)
from kiosk.classroom.would_you_tell import begin_rounds, close_rounds, open_round
from kiosk.lessons.lesson import Lesson, lessons_for
from kiosk.lessons.progress import lessons_set, may_lead
from kiosk.lessons.stopped import forget_stop, note_stop, stops_of
from kiosk.lessons.taught import CameIn, LessonOfDay, done_together, record_led_lesson
from kiosk.lessons.views.blueprint import leads_beside
from kiosk.quizzes.misconception import Misconception
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import school
from kiosk.web.sessions import StoredSession

MOVES = (
    "next", "back", "go", "eyes", "carry-on", "minutes", "own-pace", "together", "answers", "right", "hide", "end",
    "close",
)  # fmt: skip
SHOWN_BY = {"answers": leading.SHOWN, "right": leading.SHOWN_RIGHT, "hide": 0}
LEAD = f"<any({','.join(repr(one) for one in MOVES)}):press>"

bp = Blueprint("leading", __name__, url_prefix="/staff/classes/<uuid:class_id>/lesson")


@bp.post("/board")
@staff_required()
def open_board(class_id: uuid.UUID) -> ResponseReturnValue:
    """Open a class that is closed, and go to its board; a class that is open gets no more time by it."""
    window = window_now(class_of_today(class_id))
    school().commit()
    return redirect(url_for("board.show", token=board_token(current_site().key, window.id)), 303)


@bp.post("/hands")
@staff_required()
def count(class_id: uuid.UUID) -> ResponseReturnValue:
    """Count hands for an answer of the step at which the class is; once it is shown nothing changes."""
    group = class_of_today(class_id)
    found = led_in(group)
    there = redirect(url_for(".show", class_id=class_id, _anchor="hands"), 303)
    if found is None:
        return there
    _window, led, lesson = found
    before = answers_now(led, lesson)
    step, option = next(
        ((HAND_STEPS[it], id) for it, id in request.form.items() if it in HAND_STEPS), (0, "")
    )
    still_here = request.form.get("place", "") == str(led.place)
    if before and still_here and led.counts_answers and option in {bar.option.id for bar in before.bars}:
        with current_site().databases.sessions.rows(write=True) as rows:
            count_hands(rows, led.window_id, led.place, option, step)
    if request.htmx and before:
        return render_template("classroom/_hands.html", group=group, led=led, tally=answers_now(led, lesson))
    return there


@bp.get("")
@staff_required()
def show(class_id: uuid.UUID) -> ResponseReturnValue:
    """Where the class is and what can be done now; where no lesson is led, the lessons to choose from.

    The page asks for itself again and again, and takes out who is here; that keeps nobody signed in.
    """
    asked_by_page = bool(request.htmx)
    if asked_by_page and isinstance(session, StoredSession):
        session.asked_by_page = True
    group = class_of_today(class_id)
    found = led_in(group)
    if found is None and asked_by_page:
        return Response(headers={"HX-Refresh": "true"})  # somebody has ended the lesson meanwhile
    return render_template("classroom/lead.html", **_panel(group, *found)) if found else _choice_page(group)


@bp.post("")
@staff_required()
def begin(class_id: uuid.UUID) -> ResponseReturnValue:
    """Lead a lesson; a class that is closed is opened for it, and one that is led already goes on where it is."""
    group = class_of_today(class_id)
    lesson = current_site().open_lessons.get(request.values.get("lesson", ""))
    if lesson is None or not may_lead(school(), group, lesson):
        return _choice_page(group), 422
    found = led_in(group)
    if found and found[2].id == lesson.id:
        return redirect(url_for(".show", class_id=class_id), 303)
    if found:
        _end_lesson(group, *found, class_state_now(*found[1:])[0], close=False)
    window = window_now(group)
    window_id = window.id
    set_led(school(), window, True)
    school().commit()  # opened first, as the worker deletes led lessons whose window it does not find
    stopped = stops_of(school(), group).get(lesson.id) if "go_on" in request.form else None
    with current_site().databases.sessions.rows(write=True) as rows:
        telling = begin_rounds(rows, current_site().key, lesson, class_id)
        leading.begin(rows, window_id, lesson, telling, place=stopped.place if stopped else 0)
    return redirect(url_for(".show", class_id=class_id), 303)


@bp.post(f"/{LEAD}")
@staff_required()
def act(class_id: uuid.UUID, press: str) -> ResponseReturnValue:
    """Move the class, once for each page on which a button was tapped; whoever may open the class may take over."""
    group = class_of_today(class_id)
    found = led_in(group)
    if found is None or request.form.get("turn", "") != str(found[1].turn):
        return redirect(url_for(".show", class_id=class_id), 303)
    window, led, lesson = found
    here, tally = class_state_now(led, lesson)
    if press == "close" and "sure" not in request.form and here:
        return redirect(url_for(".show", class_id=class_id, ask="close"), 303)
    if press in {"end", "close"}:
        _end_lesson(group, window, led, lesson, here, press == "close")
        if led.place == 0:
            return redirect(url_for("windows.show", class_id=class_id), 303)
        return redirect(url_for("oversight.after", class_id=class_id, id=lesson.id), 303)
    if press == "next" and led.place == 0 and not here and "sure" not in request.form:
        return redirect(url_for(".show", class_id=class_id, ask="empty"), 303)
    course = course_now(lesson)
    if press in {"answers", "right"} and not (tally or course.question(led.place)):
        return redirect(url_for(".show", class_id=class_id), 303)
    place = min(max(_place_after(press, led), 0), course.end)
    with current_site().databases.sessions.rows(write=True) as rows:
        _move_class(rows, led, course, press, place)
    if place != led.place:
        _write_down(group, course, here, place)
    witness_if_cover(school(), signed_in_staff(), window)
    school().commit()
    return redirect(url_for(".show", class_id=class_id), 303)


def _choice_page(group: ClassGroup) -> str:
    site, known = current_site(), _lessons_on_offer(group)
    offered = [one for one in known if one[0].id in site.open_lessons]
    lessons = {lesson.id: lesson for lesson, _is_set in offered}
    done = done_together(school(), group, lessons, site.term_began(), site.today())
    drafts = [lesson for lesson, _is_set in known if lesson.id not in site.open_lessons]
    beside = beside_form(group, [lesson for lesson, _is_set in offered])
    return render_template(
        "classroom/choose.html",
        group=group,
        offered=offered,
        done=done,
        stopped=stops_of(school(), group),
        drafts=drafts,
        **beside,
    )


def _place_after(press: str, led: LedLesson) -> int:
    """Where the class is after a tap: one place on or back, or at the place that the form names."""
    if press in {"next", "back"}:
        return led.place + (1 if press == "next" else -1)
    sent = request.form.get("place", "") if press == "go" else ""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else led.place


def _move_class(rows: Connection, led: LedLesson, course: Course, press: str, place: int) -> None:
    if place != led.place:
        leading.move(rows, led, place, course)
    elif press in {"eyes", "carry-on"}:
        leading.call_for_attention(rows, led, press == "eyes")
    elif press == "minutes":
        leading.announce_end(rows, led, now_utc())
    elif press in SHOWN_BY:
        leading.show_answers(rows, led, SHOWN_BY[press])
    else:
        leading.set_pace(rows, led, press == "together")


def _end_lesson(
    group: ClassGroup, window: ClassWindow, led: LedLesson, lesson: Lesson, here: Sequence[Seat], close: bool
) -> None:
    """Stop leading: then the children work on alone, or the class closes."""
    _write_down(group, course_now(lesson), here, led.place)
    with current_site().databases.sessions.rows(write=True) as rows:
        close_rounds(rows, current_site().key, {window.id})
        leading.end(rows, window.id)
    set_led(school(), window, False)
    if close:
        close_window(school(), window)
        flash(_("%(name)s is closed. Every pupil is signed out.", name=group.name))
    school().commit()


def _write_down(group: ClassGroup, course: Course, here: Sequence[Seat], place: int) -> None:
    """Record who came in, and where the class is; one that has come to the last step has done the lesson.

    Recorded at every step, as a class may close at any moment: when its time is over, by a colleague, or at the end
    of the day.
    """
    if not place:
        return
    lesson, today = course.lesson, current_site().today()
    if (
        place < course.end or not here
    ):  # in an empty room nothing is done yet, and an adult may sign for it today
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
    record_led_lesson(school(), held, came_in, finished_together=place >= course.steps)


def led_in(group: ClassGroup) -> tuple[ClassWindow, LedLesson, Lesson] | None:
    """The open window of a class, where the class is, and in which lesson; None where none is led."""
    window = window_of(school(), group, now_utc())
    found = led_lesson_now(window.id) if window else None
    return (window, *found) if window and found else None


def _lessons_on_offer(group: ClassGroup) -> list[tuple[Lesson, bool]]:
    """The lessons that the class may open, those that are set for it first."""
    set_ids = lessons_set(school(), group)
    lessons = current_site().lessons
    first = [lessons[id] for id in set_ids if id in lessons]
    rest = [one for one in lessons_for(group, lessons.values()) if one.id not in set_ids]
    return [(one, one.id in set_ids) for one in (*first, *rest) if one.status != "retired"]


def _beliefs_shown(tally: Tally) -> list[tuple[Bar, Misconception]]:
    """The mistaken ideas that five or more answers show, for the teacher to put into words of their own."""
    known = current_site().misconceptions
    return [(bar, known[bar.option.belief]) for bar in tally.beliefs() if bar.option.belief in known]


def _panel(group: ClassGroup, window: ClassWindow, led: LedLesson, lesson: Lesson) -> dict[str, Any]:
    now = now_utc()
    found, tally = class_state_now(led, lesson)
    names = {one.id: one.first_name for one in present_names(school(), group)}
    course = course_now(lesson)
    step = led_step_at(course, led.place)
    return {
        "tally": tally,
        "course": course,
        "question": course.question(led.place),
        "empty": request.args.get("ask") == "empty" and not (found or led.place),
        "closing": request.args.get("ask") == "close" and bool(found),
        "beliefs": _beliefs_shown(tally) if tally and led.shown else [],
        "how_many": bar_words(tally),
        "group": group,
        "window": window,
        "led": led,
        "lesson": lesson,
        "total": course.steps,
        "title": title_at(course, led.place),
        "taught_here": taught_at(course, led.place),
        "kind": step.kind if step else "",
        "stops_here": bool(step and lesson.teaching and lesson.teaching.stop_after == step.id),
        "left": lesson.minutes_from(led.place),
        "leads": [] if led.place else leads_beside(lesson),
        "came_in": came_in_words(len(found)),
        "names": came_in_names(found, names),
        "left_early": [names[seat.pupil_id] for seat in found if seat.left and seat.pupil_id in names],
        "hands_up": [
            (seat.pupil_id, names[seat.pupil_id]) for seat in found if seat.hand and seat.pupil_id in names
        ],
        "paced": led.place > 0 and is_kept_together(led, course),
        "behind": [
            (names[seat.pupil_id], seat.place)
            for seat in lagging_seats(found, led.place, led.turn)
            if seat.pupil_id in names
        ],
        "waiting": [(id, names[id]) for id in waiting_names(school(), window, now) if id in names],
        "minutes": minutes_words(led),
        "asks_now": open_round(led, course) is not None,
        **screens_of(group.id, window),
    }
