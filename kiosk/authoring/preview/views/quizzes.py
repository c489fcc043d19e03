"""The questions of a lesson in the preview: asked and answered as a child would, with nothing stored."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kiosk.authoring.preview.views.lessons import Unreadable, child_page_values, preview_site, readable_lesson
from kiosk.lessons.views.blueprint import lesson_bar
from kiosk.quizzes.attempts import AskedQuestion, mark_only
from kiosk.quizzes.form import tries_in
from kiosk.quizzes.marking import Unanswered
from kiosk.quizzes.question_page import QuestionPage
from kiosk.quizzes.quiz import Quiz
from kiosk.quizzes.sheet import Sheet, answered_sheet, blank_sheet, kept_sheet, moved_sheet
from kiosk.quizzes.shuffle import PupilShuffle
from kiosk.sealing.site_key import SITE_KEY_BYTES, SiteKey
from kiosk.web.errors import NotFound

# Shuffled as for one made-up child, the same after every change of a file.
NO_KEY, NOBODY = SiteKey(bytes(SITE_KEY_BYTES)), UUID(int=0)

bp = Blueprint("quizzes", __name__, url_prefix="/learn/quizzes")
endings = Blueprint("endings", __name__, url_prefix="/learn/endings")


@endings.get("/<id>", endpoint="show")
def show_end(id: str) -> ResponseReturnValue:
    """After the last page, the list of lessons."""
    return redirect(url_for("preview.index"))


@bp.get("/<id>")
def show(id: str) -> ResponseReturnValue:
    """The first question at the end, else the page of help."""
    quiz = _quiz_or_404(id)
    order = _at_the_end(quiz)
    if not order:
        return redirect(url_for("lessons.show_help", id=quiz.lesson))
    return redirect(url_for(".ask", id=id, question=order[0]))


@bp.get("/<id>/<question>")
def ask(id: str, question: str) -> ResponseReturnValue:
    """One question before any answer."""
    asked = _asked_or_404(id, question)
    return _question_page(asked, blank_sheet(_shuffle_for_pupil(asked.quiz), asked.question))


@bp.post("/<id>/<question>")
def send(id: str, question: str) -> ResponseReturnValue:
    """What is said of an answer."""
    asked = _asked_or_404(id, question)
    mix, tries = _shuffle_for_pupil(asked.quiz), tries_in(request.form)
    kept = kept_sheet(mix, asked.question, request.form, tries)
    if moved := moved_sheet(kept, request.form):
        return _question_page(asked, moved)
    try:
        outcome = mark_only(asked.question, request.form, tries)
    except Unanswered as nothing:
        return _question_page(asked, replace(kept, missing=nothing.missing))
    return _question_page(asked, answered_sheet(kept, request.form, outcome))


def _question_page(asked: AskedQuestion, sheet: Sheet) -> ResponseReturnValue:
    htmx = request.headers.get("HX-Request") == "true"
    page = child_page_values(asked.lesson.band) | _links_around(asked)
    page |= {
        "action": url_for(".send", id=asked.quiz.id, question=asked.question.id),
        "met_before": False,
        "carried": [],
        "missing": gettext(sheet.missing) if sheet.missing else "",
    }
    shown = QuestionPage(page, asked, sheet, swapped=htmx)
    return shown.part() if htmx else shown.whole()


def _links_around(asked: AskedQuestion) -> dict[str, Any]:
    """What lies round a question: steps of its lesson, or the other questions at the end."""
    lesson, quiz = asked.lesson, asked.quiz
    last = len(lesson.steps)

    def step(place: int) -> str:
        return url_for("lessons.show_screen", id=lesson.id, screen=place)

    if place := lesson.placed.get(asked.question.id):
        back = step(place - 1) if place > 1 else url_for("lessons.show", id=lesson.id)
        following = step(place + 1) if place < last else url_for(".show", id=quiz.id)
        return {"bar": lesson_bar(lesson, step=place), "total": last, "back_url": back, "next_url": following}
    order = _at_the_end(quiz)
    here = order.index(asked.question.id)
    to_help = url_for("lessons.show_help", id=lesson.id)
    return {
        "bar": None if asked.question is quiz.act else lesson_bar(lesson, question=here + 1),
        "total": len(order),
        "back_url": url_for(".ask", id=quiz.id, question=order[here - 1]) if here else step(last),
        "next_url": url_for(".ask", id=quiz.id, question=order[here + 1])
        if here + 1 < len(order)
        else to_help,
    }


def _at_the_end(quiz: Quiz) -> list[str]:
    """The questions at the end, then the one that children get three weeks later."""
    placed = preview_site().lessons[quiz.lesson].placed
    asked = [*_shuffle_for_pupil(quiz).questions(), *([quiz.act] if quiz.act else [])]
    return [question.id for question in asked if question.id not in placed]


def _shuffle_for_pupil(quiz: Quiz) -> PupilShuffle:
    return PupilShuffle(NO_KEY, NOBODY, quiz)


def _asked_or_404(id: str, question_id: str) -> AskedQuestion:
    quiz = _quiz_or_404(id)
    question = quiz.recalled(question_id)
    if question is None:
        raise NotFound
    return AskedQuestion(readable_lesson(quiz.lesson), quiz, question)


def _quiz_or_404(id: str) -> Quiz:
    """The quiz of an id; raises Unreadable where its lesson names it, or NotFound."""
    site = preview_site()
    if id in site.quizzes:
        return site.quizzes[id]
    named = (lesson.id for lesson in site.lessons.values() if lesson.quiz == id)
    lesson_id = next(named, id)
    if lesson_id in site.lesson_ids:
        raise Unreadable(lesson_id)
    raise NotFound
