"""The board of a class for the wall: the step where everybody is. It changes nothing and names nobody (promise E13)."""

import hashlib
import uuid
from dataclasses import replace
from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.classes.views.join import FoundByCode, window_by_code
from kiosk.accounts.classes.windows import code_picture
from kiosk.accounts.models import ClassWindow
from kiosk.accounts.sign_in.code_rate_limit import STRANGERS
from kiosk.accounts.sign_in.login import open_to_all
from kiosk.classroom.answers import answer_in_address
from kiosk.classroom.board_address import board_token, class_window_id_of
from kiosk.classroom.course import Course
from kiosk.classroom.leading import LedLesson
from kiosk.classroom.pace import is_kept_together
from kiosk.classroom.seats import seats
from kiosk.classroom.views.board_asked import asked_parts
from kiosk.classroom.views.found import came_in_words, course_now, minutes_words, on_board
from kiosk.conduct.reading import rule_pages
from kiosk.conduct.views.blueprint import codes, english_beside, scene_of
from kiosk.lessons.views.blueprint import in_language, lesson_bar
from kiosk.lessons.views.shown import step_page
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.i18n import language, page_settings, tell_url
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school

bp = Blueprint("board", __name__, url_prefix="/home/board")
by_code = Blueprint("board_by_code", __name__, url_prefix="/board")
OVER = "over"


@by_code.get("")
@open_to_all
def code_form() -> ResponseReturnValue:
    """The short address that somebody types on a board: the box for the class code."""
    return _code_page()


@by_code.post("")
@open_to_all
def find_board() -> ResponseReturnValue:
    """From a class code to the board of that class, which can only look; wrong codes are braked as at joining."""
    typed = request.form.get("code", "")[:40]
    found = window_by_code(typed, STRANGERS)
    if found.window is None:
        return _code_page(typed, found), 503 if found.busy else 422
    return redirect(board_url(found.window), 303)


@bp.get("/<token>")
@open_to_all
def show(token: str) -> ResponseReturnValue:
    """The code while the class comes in; then its step, that the teacher speaks, or that each goes on alone."""
    window = _window_or_404(token)
    if window is None:
        return render_template("classroom/board_over.html", **_page_frame("ks2")), 404
    led, lesson = on_board(window.id)
    lesson = in_language(lesson) if lesson else None
    came_in = _came_in(window)
    page = _page_frame(window.class_group.band) | {
        "group": window.class_group,
        "window": window,
        "lesson": lesson if led and led.place else None,
        "came_in": came_in_words(came_in),
        "minutes": minutes_words(led) if led else "",
        "mark": _board_mark(led),
        "now_url": url_for(".now", token=token, lang=request.args.get("lang")),
    }
    if led and lesson is None:
        return render_template(
            "conduct/board_rule.html", **page, **rule_shown(window.class_group.band, led.place, language())
        )
    if led is None or lesson is None or led.place == 0:
        return render_template("classroom/board_code.html", **page, **_way_in(window))
    if led.eyes:
        return render_template("classroom/board_eyes.html", **page)
    course = course_now(lesson)
    if not is_kept_together(led, course):
        asks = course.steps < led.place < course.end
        return render_template("classroom/board_alone.html", **page, asks=asks, over=led.place >= course.end)
    return _step_page(page | {"token": token}, course, led)


@bp.get("/<token>/now")
@open_to_all
def now(token: str) -> ResponseReturnValue:
    """The answer to the board's polling: whether it is up to date (304), and how many came in."""
    window = _window_or_404(token)
    if window is None:
        return jsonify(mark=OVER)
    led, _lesson = on_board(window.id)
    mark, line = _board_mark(led), came_in_words(_came_in(window))
    answer = make_response(jsonify(mark=mark, line=line))
    answer.set_etag(hashlib.sha256(f"{mark} {line}".encode()).hexdigest()[:16])
    return answer.make_conditional(request)


def _step_page(page: dict[str, Any], course: Course, led: LedLesson) -> ResponseReturnValue:
    lesson = course.lesson
    if led.place <= course.steps:
        bar = lesson_bar(lesson, step=led.place)
    else:
        bar = lesson_bar(lesson, question=max(led.place - course.talk, 1))
    if led.place == course.talk:
        return render_template("classroom/board_talk.html", **page, bar=bar)
    tapped = answer_in_address(lesson, led.place, request.args)
    if not tapped and (asked := asked_parts(course, led)):
        return render_template("classroom/board_asked.html", **page, **asked, bar=bar)
    there = url_for(".show", token=page["token"])
    frame = {"frame": "classroom/board_step.html", "there": there}
    return step_page(page | frame, lesson, lesson.steps[led.place - 1], led.place, seen=False)


def rule_shown(band: str, place: int, lang: str) -> dict[str, Any]:
    """A rule of a Code in a language, with its picture; a place past the end is the last one."""
    code = codes().get(band, lang)
    parts = rule_pages(code)
    here = min(max(place, 1), len(parts))
    part = parts[here - 1]
    shown = {"code": code, "part": part, "here": here, "total": len(parts)}
    return shown | {"drawn": scene_of(code, part), "english": english_beside(code)}


def _came_in(window: ClassWindow) -> int:
    with current_site().databases.sessions.rows(write=False) as rows:
        return len(seats(rows, window.id))


def _board_mark(led: LedLesson | None) -> str:
    """A mark that changes whenever the board would look different; the minutes left are part of it."""
    return f"{led.turn}.{led.minutes_left(now_utc())}" if led else "none"


def _window_or_404(token: str) -> ClassWindow | None:
    """The open class (class window) whose board this is."""
    window_id = class_window_id_of(current_site().key, token)
    window = school().get(ClassWindow, window_id) if window_id else None
    return window if window and window.closes_at > now_utc() else None


def _code_page(typed: str = "", found: FoundByCode | None = None) -> str:
    frame = _page_frame("ks2")
    return render_template("classroom/board_by_code.html", **frame, typed=typed, found=found or FoundByCode())


def board_url(window: ClassWindow) -> str:
    """The address of the board of an open class."""
    return url_for("board.show", token=board_token(current_site().key, window.id))


def screens_of(class_id: uuid.UUID, window: ClassWindow) -> dict[str, str]:
    """How the board comes to the wall and the teacher's page to a phone: addresses alone, which open nothing."""
    remote = current_site().config.public_url + url_for("leading.show", class_id=class_id)
    return {
        "board_url": board_url(window),
        "board_address": _short_address("board_by_code.code_form"),
        "remote_qr": qr_svg(remote),
        "remote_address": remote,
    }


def _short_address(endpoint: str) -> str:
    """An address to type: without the language that a board was opened in."""
    address = current_site().config.public_url + url_for(endpoint)
    return address.split("://")[-1].partition("?")[0].rstrip("/")


def _page_frame(band: str) -> dict[str, Any]:
    return {"page": replace(page_settings(band), board=True), "tell_url": tell_url(band)}


def _way_in(window: ClassWindow) -> dict[str, Any]:
    """How a tablet joins the class: by the picture (QR code), or by the address and the class code."""
    there = url_for("learn.join_form", code=window.code.replace(" ", ""))
    return {
        "code_picture": code_picture(window.code),
        "address": _short_address("learn.join_form"),
        "board_address": _short_address("board_by_code.code_form"),
        "qr": qr_svg(current_site().config.public_url + there),
    }
