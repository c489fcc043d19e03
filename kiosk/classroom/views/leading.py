"""The remote of a led lesson: move the class, count hands, put a hand down, end it."""

import uuid

from flask import Response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request
from sqlalchemy import Connection

from kiosk.accounts.classes.cover import witness_if_cover
from kiosk.accounts.classes.views.windows import class_of_today, window_now
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.classroom import leading
from kiosk.classroom.answers import HAND_STEPS, count_hands
from kiosk.classroom.course import Course
from kiosk.classroom.leading import LedLesson
from kiosk.classroom.seats import raise_hand
from kiosk.classroom.views.beginning import choice_page
from kiosk.classroom.views.board import board_url
from kiosk.classroom.views.found import answers_now, class_state_now, course_now
from kiosk.classroom.views.led_class import bp, end_lesson, led_in, remote_url, write_down
from kiosk.classroom.views.remote import remote_page
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import number_of
from kiosk.web.request_sessions import school
from kiosk.web.sessions import StoredSession

MOVES = (
    "next", "back", "go", "eyes", "carry-on", "minutes", "own-pace", "together", "answers", "right", "hide", "end",
    "close",
)  # fmt: skip
SHOWN_BY = {"answers": leading.SHOWN, "right": leading.SHOWN_RIGHT, "hide": 0}
LEAD = f"<any({','.join(repr(one) for one in MOVES)}):press>"


@bp.post("/board")
@staff_required()
def open_board(class_id: uuid.UUID) -> ResponseReturnValue:
    """Open a class that is closed, and go to its board; a class that is open gets no more time by it."""
    window = window_now(class_of_today(class_id))
    school().commit()
    return redirect(board_url(window), 303)


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


@bp.post("/hands/<uuid:pupil_id>/down")
@staff_required()
def put_hand_down(class_id: uuid.UUID, pupil_id: uuid.UUID) -> ResponseReturnValue:
    """Put down the hand that a child has raised on a tablet."""
    found = led_in(class_of_today(class_id))
    if found:
        with current_site().databases.sessions.rows(write=True) as rows:
            raise_hand(rows, found[0].id, pupil_id, up=False)
    return redirect(url_for(".show", class_id=class_id, _anchor="seats"), 303)


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
    return (
        render_template("classroom/lead.html", **remote_page(group, found)) if found else choice_page(group)
    )


@bp.post(f"/{LEAD}")
@staff_required()
def act(class_id: uuid.UUID, press: str) -> ResponseReturnValue:
    """Move the class, once for each page on which a button was tapped; whoever may open the class may take over."""
    group = class_of_today(class_id)
    found = led_in(group)
    if found is None or request.form.get("turn", "") != str(found[1].turn):
        return redirect(remote_url(class_id, ask="moved"), 303)
    window, led, lesson = found
    here, tally = class_state_now(led, lesson)
    if press == "close" and "sure" not in request.form and here:
        return redirect(remote_url(class_id, ask="close"), 303)
    if press in {"end", "close"}:
        end_lesson(group, found, here, press == "close")
        there = url_for("oversight.after", class_id=class_id, id=lesson.id)
        if led.place == 0:
            there = url_for("windows.show", class_id=class_id)
        return Response(headers={"HX-Redirect": there}) if request.htmx else redirect(there, 303)
    course = course_now(lesson)
    place = min(max(_place_after(press, led), 0), course.end)
    if place > led.place == 0 and not here and "sure" not in request.form:
        return redirect(remote_url(class_id, ask="empty", place=str(place)), 303)
    if press in {"answers", "right"} and not (tally or course.question(led.place)):
        return redirect(remote_url(class_id), 303)
    with current_site().databases.sessions.rows(write=True) as rows:
        moved = _move_class(rows, led, course, press, place)
    if not moved:
        return redirect(remote_url(class_id, ask="moved"), 303)
    if place != led.place:
        # A jump may be a slip: the class has done the lesson once it goes on from there, or ends.
        write_down(group, course, here, place, finished=place >= course.steps and press == "next")
    witness_if_cover(school(), signed_in_staff(), window)
    school().commit()
    return redirect(remote_url(class_id), 303)


def _place_after(press: str, led: LedLesson) -> int:
    """Where the class is after a tap: one place on or back, or at the place that the form names."""
    if press in {"next", "back"}:
        return led.place + (1 if press == "next" else -1)
    return (number_of(request.form.get("place", ""), 3) if press == "go" else 0) or led.place


def _move_class(rows: Connection, led: LedLesson, course: Course, press: str, place: int) -> bool:
    """Whether the tap was in time: not where a colleague's moved the class at the same moment."""
    if place != led.place:
        return leading.move(rows, led, place, course)
    if press in {"eyes", "carry-on"}:
        return leading.call_for_attention(rows, led, press == "eyes")
    if press == "minutes":
        return leading.announce_end(rows, led, now_utc())
    if press in SHOWN_BY:
        return leading.show_answers(rows, led, SHOWN_BY[press])
    if press in {"own-pace", "together"}:
        return leading.set_pace(rows, led, press == "together")
    return True  # one place on from the last
