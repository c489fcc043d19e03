"""The board of a class for the wall: the step where everybody is. It changes nothing and names nobody (promise E13)."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from markupsafe import Markup

from kiosk.accounts.classes.windows import code_picture
from kiosk.accounts.models import ClassWindow
from kiosk.accounts.sign_in.login import open_to_all
from kiosk.classroom.answers import how_many_answered, options_at
from kiosk.classroom.board_address import class_window_id_of
from kiosk.classroom.leading import SHOWN_RIGHT, LedLesson
from kiosk.classroom.pace import is_kept_together
from kiosk.classroom.said import question_at, title_at
from kiosk.classroom.seats import count_done, seats
from kiosk.classroom.views.found import answers_now, bar_words, led_lesson_now, minutes_words
from kiosk.lessons.kinds.choose import Choose
from kiosk.lessons.kinds.vote import Vote
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.views.blueprint import in_language, lesson_bar
from kiosk.lessons.views.shown import step_page
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.i18n import page_settings, tell_url
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school

bp = Blueprint("board", __name__, url_prefix="/home/board")
OVER = "over"


@bp.get("/<token>")
@open_to_all
def show(token: str) -> ResponseReturnValue:
    """The code while the class comes in; then its step, that the teacher speaks, or that each goes on alone."""
    window = _window_or_404(token)
    if window is None:
        return render_template("classroom/board_over.html", **_page_frame("ks2")), 404
    found = led_lesson_now(window.id)
    led, lesson = found or (None, None)
    lesson = in_language(lesson) if lesson else None
    page = _page_frame(window.class_group.band) | {
        "group": window.class_group,
        "window": window,
        "lesson": lesson if led and led.place else None,
        "here": _child_counts(window, led)["here"],
        "minutes": minutes_words(led) if led else "",
        "mark": _board_mark(led),
        "now_url": url_for(".now", token=token, lang=request.args.get("lang")),
    }
    if led is None or lesson is None or led.place == 0:
        return render_template("classroom/board_code.html", **page, **_way_in(window))
    if led.eyes:
        return render_template("classroom/board_eyes.html", **page)
    if not is_kept_together(led, lesson):
        return render_template("classroom/board_alone.html", **page, through=led.place > len(lesson.steps))
    return _step_page(page, lesson, led, url_for(".show", token=token))


@bp.get("/<token>/now")
@open_to_all
def now(token: str) -> ResponseReturnValue:
    """The answer to the board's polling: whether it is up to date (304), how many are here and have finished."""
    window = _window_or_404(token)
    if window is None:
        return jsonify(mark=OVER)
    led, lesson = led_lesson_now(window.id) or (None, None)
    counts = _child_counts(window, led)
    words = {
        "are_here": ngettext("is here", "are here", counts["here"]),
        "line": _line(led, lesson, **counts),
    }
    answer = make_response(jsonify(mark=_board_mark(led), **counts, **words))
    answer.set_etag("-".join((_board_mark(led), *map(str, counts.values()))))
    return answer.make_conditional(request)


def _step_page(page: dict[str, Any], lesson: Lesson, led: LedLesson, there: str) -> ResponseReturnValue:
    step = lesson.steps[led.place - 1]
    question = question_at(lesson, led.place, current_site().quizzes)
    if led.shown and (found := answers_now(led, lesson)):
        shown: dict[str, Any] = {
            "title": title_at(lesson, led.place, current_site().quizzes),
            "question": question,
            "scene": lesson.stage.scenes[step.scene].silent
            if isinstance(step, Choose | Vote) and step.scene
            else "",
            "tally": found,
            "how_many": bar_words(found),
            "right": led.shown == SHOWN_RIGHT,
            "bar": lesson_bar(lesson, step=led.place),
        }
        return render_template("classroom/board_answers.html", **page, **shown)
    if question:
        shown = {
            "question": question,
            "rows": question.rows(),
            "alone": lesson.quiet,
            "bar": lesson_bar(lesson, step=led.place),
        }
        return render_template("classroom/board_question.html", **page, **shown)
    frame = {"frame": "classroom/board_step.html", "there": there}
    return step_page(page | frame, lesson, step, led.place, seen=False)


def _child_counts(window: ClassWindow, led: LedLesson | None) -> dict[str, int]:
    """How many children are here, how many have finished the step, and how many answers there are."""
    with current_site().databases.sessions.rows(write=False) as rows:
        found = seats(rows, window.id)
        answered = how_many_answered(rows, window.id, led.place) if led and led.place else 0
    done = count_done(found, led.place) if led and led.place else 0
    return {"here": len(found), "done": done, "answered": min(answered, len(found))}


def _line(led: LedLesson | None, lesson: Lesson | None, here: int, done: int, answered: int) -> str:
    """How many have answered or are through with the step that is shown; else how many are here."""
    asks = bool(led and lesson and options_at(lesson, led.place, current_site().quizzes))
    if led is None or not (here and led.place) or (asks and led.shown):
        return str(ngettext("%(num)d is here", "%(num)d are here", here))
    if asks:
        return str(
            ngettext(
                "%(num)d of %(here)d has answered", "%(num)d of %(here)d have answered", answered, here=here
            )
        )
    return str(ngettext("%(num)d of %(here)d is through", "%(num)d of %(here)d are through", done, here=here))


def _board_mark(led: LedLesson | None) -> str:
    """A mark that changes whenever the board would look different; the minutes left are part of it."""
    return f"{led.turn}.{led.minutes_left(now_utc())}" if led else "none"


def _window_or_404(token: str) -> ClassWindow | None:
    """The open class (class window) whose board this is."""
    window_id = class_window_id_of(current_site().key, token)
    window = school().get(ClassWindow, window_id) if window_id else None
    return window if window and window.closes_at > now_utc() else None


def _page_frame(band: str) -> dict[str, Any]:
    return {"page": replace(page_settings(band), board=True), "tell_url": tell_url(band)}


def _way_in(window: ClassWindow) -> dict[str, Any]:
    """How a tablet joins the class: by the picture (QR code), or by the address and the class code."""
    address = current_site().config.public_url + url_for("learn.join_form")
    code = window.code.replace(" ", "")
    return {
        "code_picture": code_picture(window.code),
        "address": address.split("://")[-1].rstrip("/"),
        "qr": Markup(qr_svg(f"{address}?code={code}")),  # nosec B704: segno draws it from our own address
    }
