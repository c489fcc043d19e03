"""The last page of a lesson, the card with a question to take home, and a child's own page of what it knows now."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import pupil_required, signed_in_pupil
from kiosk.conduct.signing import DecisionState, current_sign_off, state_of
from kiosk.endings.ending import ending_of, overview_of
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import furthest_screen, lessons_given, lessons_set
from kiosk.lessons.views.blueprint import in_language, lesson_bar
from kiosk.lessons.views.pupil import (
    DoneTogether,
    kept_things,
    open_lesson,
    own_progress,
    progress_since,
    pupil_page,
)
from kiosk.lessons.words import first_question
from kiosk.quizzes.attempts import met_questions
from kiosk.site import current_site
from kiosk.web.i18n import language
from kiosk.web.request_sessions import school, school_rows
from kiosk.wording.words import day_words

bp = Blueprint("endings", __name__, url_prefix="/learn")


@bp.get("/lessons/<id>/done")
@pupil_required
def show(id: str) -> ResponseReturnValue:
    """What can be done now, or what is still open; what the class keeps, a question to take home, and next time."""
    site, pupil, lesson = current_site(), signed_in_pupil(), _begun(id)
    quiz = site.quizzes.get(lesson.quiz)
    met = met_questions(school_rows(), pupil, quiz, progress_since(lesson)) if quiz else frozenset()
    return render_template(
        "endings/done.html",
        **pupil_page(),
        lesson=lesson,
        name=pupil.first_name,
        bar=lesson_bar(lesson),
        ending=ending_of(lesson, quiz, met),
        question=first_question(lesson.talk.html) if lesson.talk else "",
        kept=[one for one in kept_things() if one.id != id],
        following=_following(id),
    )


@bp.get("/lessons/<id>/take-home")
@pupil_required
def show_card(id: str) -> ResponseReturnValue:
    """The question on a card of its own, to print and cut out."""
    lesson = _begun(id)
    question = first_question(lesson.talk.html) if lesson.talk else ""
    return render_template("endings/take_home.html", **pupil_page(), lesson=lesson, question=question)


@bp.get("/known")
@pupil_required
def show_known() -> ResponseReturnValue:
    """What this child has done, knows now and has before it."""
    site, pupil = current_site(), signed_in_pupil()
    lessons = {id: in_language(lesson) for id, lesson in site.open_lessons.items()}
    given = [lessons[id] for id in lessons_given(school(), pupil) if id in lessons]
    known = overview_of(given, lessons, own_progress(), request.args.get("of", ""))
    quiz = site.quizzes.get(known.chosen.quiz) if known.chosen else None
    met = (
        met_questions(school_rows(), pupil, quiz, progress_since(known.chosen))
        if known.chosen and quiz
        else frozenset()
    )
    code = site.codes.get(pupil.class_group.band, language())
    decided = state_of(current_sign_off(school(), pupil, code), code)
    return render_template(
        "endings/known.html",
        **pupil_page(),
        pupil=pupil,
        known=known,
        ending=ending_of(known.chosen, quiz, met) if known.chosen else None,
        day=day_words(known.done_on, site.today()) if known.done_on else "",
        code_waits=decided not in {DecisionState.AGREED, DecisionState.QUESTION, DecisionState.NOT_YET},
    )


@bp.get("/kept")
@pupil_required
def show_kept() -> ResponseReturnValue:
    """What the class keeps of the lessons it was taught, to look at and to print; the same for the whole class."""
    return render_template("endings/kept.html", **pupil_page(), kept=kept_things())


def _following(id: str) -> Lesson | None:
    """The lesson that the class was set after this one; asked of the class, so that no page tells who missed what."""
    site = current_site()
    order = lessons_set(school(), signed_in_pupil().class_group)  # the newest first
    newer = order[: order.index(id)] if id in order else []
    found = (site.open_lessons[other] for other in reversed(newer) if other in site.open_lessons)
    return next((in_language(other) for other in found if not other.quiet), None)


def _begun(id: str) -> Lesson:
    """A lesson that this child has begun, which needs no adult any more for its end, or that is open to it now."""
    try:
        return open_lesson(id)
    except DoneTogether:
        lesson = open_lesson(id, led=False)
        if furthest_screen(school_rows(), signed_in_pupil(), lesson, progress_since(lesson)):
            return lesson
        raise
