"""The last page of a lesson, and the card with a question to take home."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from kiosk.accounts.login import pupil_required, signed_in_pupil
from kiosk.endings.ending import ending_of
from kiosk.lessons.progress import open_lessons
from kiosk.lessons.views.pupil import open_lesson, pupil_page
from kiosk.lessons.words import first_question
from kiosk.quizzes.attempts import met_questions
from kiosk.site import current_site
from kiosk.stores import school, school_rows

FEELINGS = ("could", "not-yet")  # they change the words of the page and are kept nowhere

bp = Blueprint("endings", __name__, url_prefix="/learn/lessons/<id>")


@bp.get("/done")
@pupil_required
def show(id: str) -> ResponseReturnValue:
    """What can be done now, what is still open, a question to take home, and what comes next."""
    site, pupil, lesson = current_site(), signed_in_pupil(), open_lesson(id)
    quiz = site.quizzes.get(lesson.quiz)
    met = met_questions(school_rows(), pupil, quiz) if quiz else frozenset()
    waiting = (site.lessons.get(other) for other in open_lessons(school(), pupil) if other != id)
    felt = request.args.get("felt", "")
    return render_template(
        "endings/done.html",
        **pupil_page(),
        lesson=lesson,
        ending=ending_of(lesson, quiz, met),
        question=first_question(lesson.talk.html) if lesson.talk else "",
        following=next(filter(None, waiting), None),
        felt=felt if felt in FEELINGS else "",
    )


@bp.get("/take-home")
@pupil_required
def show_card(id: str) -> ResponseReturnValue:
    """The question on a card of its own, to print and cut out."""
    lesson = open_lesson(id)
    question = first_question(lesson.talk.html) if lesson.talk else ""
    return render_template("endings/take_home.html", **pupil_page(), lesson=lesson, question=question)
