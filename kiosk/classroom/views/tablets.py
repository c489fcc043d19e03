"""The tablets of a class that is led: brought to its step, and kept from going ahead."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from kiosk.accounts.sign_in.current_pupil import CurrentPupil
from kiosk.accounts.sign_in.login import pupil_required, signed_in_pupil
from kiosk.bands import Band
from kiosk.classroom.answers import answer_in_address, answer_in_form, count_tap, options_at
from kiosk.classroom.course import Course
from kiosk.classroom.leading import LedLesson
from kiosk.classroom.pace import (
    BEFORE_THE_STEPS,
    PACED,
    TabletView,
    is_kept_together,
    next_action,
    place_of,
    talked_about,
)
from kiosk.classroom.seats import come_in, leave_seat, raise_hand, save_seat, seat_of
from kiosk.classroom.views.found import course_now, led_lesson_now, minutes_words
from kiosk.classroom.views.sharing import beside_me
from kiosk.classroom.would_you_tell import Round, count_answer, has_passed, open_round
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import furthest_screen
from kiosk.lessons.views.blueprint import in_language
from kiosk.lessons.views.pupil import CLASS_IS_AT, progress_since, pupil_page
from kiosk.quizzes.attempts import met_questions
from kiosk.quizzes.views import TALKED_ABOUT, due_before
from kiosk.site import SyncFlask, current_site
from kiosk.web.request_sessions import school_rows
from kiosk.wording.messages import N_

bp = Blueprint("classroom", __name__, url_prefix="/learn/class")
LEAVING = frozenset({"learn.leave", "learn.another_class"})
WATCHED = PACED | LEAVING | BEFORE_THE_STEPS
WAIT = "classroom.wait"
WAITING = frozenset({WAIT, "sharing.show"})  # where a tablet goes along as soon as the class does
AT_THE_END = "quizzes.show"  # where a child comes who is past the last step
ASK = "classroom.would_you_tell"
RECALL = "quizzes.recall"
QUESTION = "quizzes.ask"
# Of one length each, as who watches the network sees how long a form is.
GIVEN = {"a": "yes", "b": "maybe", "c": "no", "d": ""}
WOULD_YOU_TELL = {
    Band.KS1: N_("If something on a screen made you sad, would you tell someone?"),
    Band.KS2: N_("If something online hurt or worried you, would you tell someone?"),
    Band.KS3: N_("If something online hurt or worried you, would you tell someone?"),
    Band.KS4: N_("If something went wrong for you online, would you tell someone?"),
}


@bp.get("")
@pupil_required
def follow() -> ResponseReturnValue:
    """Redirect a tablet to the step of its class; before the first one to what is asked then, or to waiting."""
    found = _led_lesson(signed_in_pupil())
    if found is None:
        return redirect(url_for("lessons.index"))
    led, lesson = found
    _come_in(led)
    course = course_now(lesson)
    if led.place > course.steps and not is_kept_together(led, course):
        if _asks_now(signed_in_pupil(), led, lesson):
            return redirect(url_for(ASK, when="after"))
        return redirect(_after_the_steps(lesson))
    if not led.together:
        own = furthest_screen(school_rows(), signed_in_pupil(), lesson, progress_since(lesson))
        place = min(max(own, led.place, 1), len(lesson.steps))
        return redirect(url_for("lessons.show_screen", id=lesson.id, screen=place))
    if led.place == 0:
        if _asks_now(signed_in_pupil(), led, lesson):
            return redirect(url_for(ASK, when="before"))
        return redirect(url_for(RECALL, id=lesson.id) if due_before(lesson) else url_for(WAIT))
    return redirect(url_for(WAIT) if led.place == course.talk else _page_of(course, led.place))


@bp.get("/wait")
@pupil_required
def wait() -> ResponseReturnValue:
    """Where a child waits who is here before the lesson begins, or through with a step before the class is."""
    found = _led_lesson(signed_in_pupil())
    if found is None:
        return redirect(url_for(".follow"))
    led, lesson = found
    course = course_now(lesson)
    if not is_kept_together(led, course):
        return redirect(url_for(".follow"))
    talks = led.place == course.talk
    back = _page_of(course, course.steps if talks else led.place) if led.place else ""
    return render_template(
        "classroom/wait.html",
        **pupil_page(),
        lesson=in_language(lesson),
        talks=talks,
        back_url=back,
        beside=[one.first_name for one in beside_me(led)],
    )


@bp.post("/hand")
@pupil_required
def raise_own_hand() -> ResponseReturnValue:
    """Put the child's hand up, or down again: the teacher sees the name until one of them takes it down."""
    pupil, up = signed_in_pupil(), request.form.get("up", "") == "1"
    found = _led_lesson(pupil)
    if found is None:
        return redirect(url_for(".follow"), 303)
    _come_in(found[0])
    with current_site().databases.sessions.rows(write=True) as rows:
        raise_hand(rows, found[0].window_id, pupil.id, up)
    return render_template("classroom/hand.html", **pupil_page(), lesson=in_language(found[1]), up=up)


@bp.get("/<any(before, after):when>")
@pupil_required
def would_you_tell(when: str) -> ResponseReturnValue:
    """Would you tell? Asked once in each round, while it is open."""
    pupil = signed_in_pupil()
    found = _led_lesson(pupil)
    if found is None or _asks_now(pupil, *found) != Round[when.upper()]:
        return redirect(_after_asking(when, found))
    band = pupil.class_group.band
    return render_template(
        "classroom/would_you_tell.html", **pupil_page(), when=when, asks=WOULD_YOU_TELL[band]
    )


@bp.post("/<any(before, after):when>")
@pupil_required
def tell(when: str) -> ResponseReturnValue:
    """Count what a child answered, or that the child skipped; both take the same time and lead to the same page."""
    pupil, site = signed_in_pupil(), current_site()
    found, asked = _led_lesson(pupil), Round[when.upper()]
    if found and open_round(found[0], course_now(found[1])) == asked:
        with site.databases.sessions.rows(write=True) as rows:
            given = GIVEN.get(request.form.get("answer", ""), "")
            count_answer(rows, site.key, pupil.window_id, asked, pupil.id, given)
    return redirect(_after_asking(when, found), 303)


@bp.post("/now")
@pupil_required
def now() -> ResponseReturnValue:
    """The answer to a tablet's polling: stay on the page that it shows, go on, or look up."""
    pupil, where = signed_in_pupil(), request.form.get("where", "")[:200]
    found = _led_lesson(pupil)
    endpoint, values = _page_at(where)
    waits = endpoint in WAITING
    if found is None:
        return jsonify(do="go" if waits else "stay")
    led, lesson = found
    with current_site().databases.sessions.rows(write=False) as rows:
        before = seat_of(rows, led.window_id, pupil.id)
    course = course_now(lesson)
    shown = TabletView(waits=True) if waits else TabletView(_place_at(endpoint, values, course))
    do, seat = next_action(led, course, pupil.id, before, shown)
    if seat != before:
        with current_site().databases.sessions.rows(write=True) as rows:
            save_seat(rows, led.window_id, seat)
    talks = endpoint == QUESTION and talked_about(led, course) == values["question"]
    return jsonify(do=do, say=minutes_words(led), hand=seat.hand, talks=talks)


def guard_pace(app: SyncFlask) -> None:
    """Keep the tablets of a led class from going ahead of it, and note who leaves before the questions at the end."""
    app.checks[TALKED_ABOUT] = _talked_about
    app.checks[CLASS_IS_AT] = _class_is_at

    @app.before_request
    def _stay_with_the_class() -> ResponseReturnValue | None:
        if request.endpoint not in WATCHED:
            return None
        pupil = getattr(current_user, "pupil", None)
        if pupil is None or not pupil.led:
            return None
        found = _led_lesson(pupil)
        if request.endpoint in LEAVING:
            # Shown as having left is who pressed Leave, and in lessons of high sensitivity nobody (promise E24).
            is_pressed = "idle" not in request.form
            if found and is_pressed and not found[1].quiet and found[0].place <= len(found[1].steps):
                with current_site().databases.sessions.rows(write=True) as rows:
                    leave_seat(rows, pupil.window_id, pupil.id)
            return None
        if found is None:
            return None
        led, lesson = found
        course = course_now(lesson)
        if request.endpoint == AT_THE_END and _asks_now(pupil, led, lesson) == Round.AFTER:
            return redirect(url_for(ASK, when="after"), 303)
        if not is_kept_together(led, course):
            return None
        if request.endpoint in BEFORE_THE_STEPS and not led.place:
            return None
        place = place_of(str(request.endpoint), request.view_args or {}, course)
        if place is None:
            return _send_to("classroom.follow")
        if place > led.place:
            return _send_to(WAIT)
        if place == led.place and led.counts_answers and request.method != "HEAD":
            _count_answer(pupil, led, course)
        return None


def _send_to(endpoint: str) -> ResponseReturnValue:
    """Bring a tablet to another page, also where it asks for a part of the one that it shows."""
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": url_for(endpoint)})
    return redirect(url_for(endpoint), 303)


def _come_in(led: LedLesson) -> None:
    """Note that this child came in, also on a tablet without script."""
    pupil = signed_in_pupil()
    with current_site().databases.sessions.rows(write=False) as rows:
        before = seat_of(rows, led.window_id, pupil.id)
    if before is None or before.left or not before.has_tablet:
        with current_site().databases.sessions.rows(write=True) as rows:
            come_in(rows, led.window_id, pupil.id)


def _count_answer(pupil: CurrentPupil, led: LedLesson, course: Course) -> None:
    """Count what a child answers at the class's step, but only the child's first answer."""
    if request.method == "POST":
        given = answer_in_form(course, led.place, request.form)
    else:
        given = answer_in_address(course.lesson, led.place, request.args)
    if given and options_at(course, led.place):
        with current_site().databases.sessions.rows(write=True) as rows:
            count_tap(rows, led.window_id, led.place, pupil.id, given)


def _led_lesson(pupil: CurrentPupil) -> tuple[LedLesson, Lesson] | None:
    return led_lesson_now(pupil.window_id) if pupil.led else None


def _talked_about(pupil: CurrentPupil, lesson: Lesson) -> str | None:
    found = _led_lesson(pupil)
    return talked_about(found[0], course_now(found[1])) if found and found[1].id == lesson.id else None


def _class_is_at(pupil: CurrentPupil, lesson: Lesson) -> int | None:
    found = _led_lesson(pupil)
    kept = found and found[1].id == lesson.id and is_kept_together(found[0], course_now(found[1]))
    return found[0].place if found and kept else None


def _asks_now(pupil: CurrentPupil, led: LedLesson, lesson: Lesson) -> Round | None:
    """The round in which a child is asked now; None once the child has answered, or where nothing is asked."""
    asked = open_round(led, course_now(lesson))
    if asked is None:
        return None
    with current_site().databases.sessions.rows(write=False) as rows:
        return None if has_passed(rows, led.window_id, asked, pupil.id) else asked


def _after_asking(when: str, found: tuple[LedLesson, Lesson] | None) -> str:
    if when == "after" and found:
        return _after_the_steps(found[1])
    return str(url_for("classroom.follow"))


def _page_at(where: str) -> tuple[str, Mapping[str, Any]]:
    """The endpoint that answers a path, and what stands in the path; no endpoint where none does."""
    try:
        return current_app.url_map.bind("").match(where, "GET")
    except HTTPException:
        return "", {}


def _page_of(course: Course, place: int) -> str:
    """The address of a step, or of the question that is asked at a place."""
    if question := course.question_id(place):
        return str(url_for(QUESTION, id=course.lesson.quiz, question=question))
    return str(url_for("lessons.show_screen", id=course.lesson.id, screen=place))


def _place_at(endpoint: str, values: Mapping[str, Any], course: Course) -> int | None:
    if endpoint == RECALL:
        return 0
    if endpoint == ASK:
        return 0 if values["when"] == "before" else course.end
    return place_of(endpoint, values, course) if endpoint in PACED else None


def _after_the_steps(lesson: Lesson) -> str:
    """The first question at the end that this child has not met yet; who can help once there is none."""
    quiz = current_site().quizzes.get(lesson.quiz)
    met = met_questions(school_rows(), signed_in_pupil(), quiz, progress_since(lesson)) if quiz else ()
    if any(id not in met for id in course_now(lesson).at_the_end):
        return str(url_for(AT_THE_END, id=lesson.quiz))
    return str(url_for("lessons.show_help", id=lesson.id))
