"""Quizzes: a question a page, feedback after every answer, and an old question before a new lesson."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from htmx_flask import request

from kiosk.accounts.sign_in.login import pupil_required, signed_in_pupil
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.views.blueprint import in_language, lesson_bar
from kiosk.lessons.views.pupil import open_lesson, progress_since, pupil_page
from kiosk.quizzes.attempts import AskedQuestion, GivenAnswer, answer, mark_only, met_questions, note_met
from kiosk.quizzes.form import tries_in
from kiosk.quizzes.marking import Unanswered
from kiosk.quizzes.question_page import QuestionPage
from kiosk.quizzes.quiz import Quiz
from kiosk.quizzes.recall import QUESTIONS_AT_ONCE, Recalled, due_questions, next_question
from kiosk.quizzes.sheet import Sheet, answered_sheet, blank_sheet, kept_sheet, moved_sheet, sent_sheet
from kiosk.quizzes.shuffle import PupilShuffle
from kiosk.site import check_of_app, current_site
from kiosk.web.errors import NotFound, or_404
from kiosk.web.i18n import adjustments_of_request, cached_urls
from kiosk.web.request_sessions import school, school_rows

# The name of the check which question a led class still talks about: until then no child has a verdict.
TALKED_ABOUT = "the class talks first"
SENT = "sent"  # in the form of an answer that was sent before

bp = Blueprint("quizzes", __name__, url_prefix="/learn/quizzes")


@bp.get("/<id>")
@pupil_required
def show(id: str) -> ResponseReturnValue:
    """Go to the first question at the end that this pupil has not met, or to the first one if all are met."""
    lesson, quiz = _quiz_or_404(id)
    order = _at_the_end(lesson, _shuffle_for_pupil(quiz))
    if not order:
        return redirect(url_for("lessons.show_help", id=quiz.lesson))
    met = met_questions(school_rows(), signed_in_pupil(), quiz, progress_since(lesson))
    first = next((question for question in order if question not in met), order[0])
    return redirect(url_for(".ask", id=id, question=first))


@bp.get("/<id>/<question>")
@pupil_required
def ask(id: str, question: str) -> ResponseReturnValue:
    """The page of one question."""
    asked = _asked_or_404(id, question)
    talked = _talked_about(asked.lesson)
    mix = _shuffle_for_pupil(asked.quiz, talked)
    # Whether it was met says whether what was sent just now fits.
    return _show(asked, blank_sheet(mix, asked.question), _questions_met(asked) - {talked}, mix)


@bp.post("/<id>/<question>")
@pupil_required
def send(id: str, question: str) -> ResponseReturnValue:
    """Feedback on an answer; the tries so far are carried in the form and not stored."""
    asked = _asked_or_404(id, question)
    pupil, form, talked = signed_in_pupil(), request.form, _talked_about(asked.lesson)
    mix, tries = _shuffle_for_pupil(asked.quiz, talked), tries_in(form)
    kept = kept_sheet(mix, asked.question, form, tries)
    if moved := moved_sheet(kept, form):
        return _show(asked, moved, _questions_met(asked) - {talked}, mix)
    today, counts_since, rows = current_site().today(), progress_since(asked.lesson), school_rows()
    try:
        outcome = answer(rows, pupil, asked, GivenAnswer(form, tries, SENT in form), today, counts_since)
    except Unanswered as nothing:
        sheet = replace(kept, missing=nothing.missing)
        return _show(asked, sheet, _questions_met(asked) - {talked}, mix)
    rows.commit()
    if talked == question:
        return _show(asked, sent_sheet(kept, form), outcome.met - {talked}, mix)
    return _show(asked, answered_sheet(kept, form, outcome), outcome.met, mix)


@bp.get("/before/<id>")
@pupil_required
def recall(id: str) -> ResponseReturnValue:
    """An old question before the lesson `id`, or the lesson itself if none is due."""
    lesson = open_lesson(id)
    done = request.args.getlist("done")
    recalled = next_question(due_before(lesson), done)
    if recalled is None:
        return redirect(url_for("lessons.show_screen", id=id, screen=1))
    asked = _asked(recalled.quiz, recalled.question.id)
    return _show_recall(id, asked, blank_sheet(_shuffle_for_pupil(asked.quiz), asked.question), done)


@bp.post("/before/<id>")
@pupil_required
def send_recall(id: str) -> ResponseReturnValue:
    """Feedback on the answer to an old question; only that it was met again is stored."""
    lesson = open_lesson(id)
    pupil, tries, done = signed_in_pupil(), tries_in(request.form), request.form.getlist("done")
    asked = _recalled_or_404(lesson, request.form.get("asked", ""))
    mix = _shuffle_for_pupil(asked.quiz)
    kept = kept_sheet(mix, asked.question, request.form, tries)
    if moved := moved_sheet(kept, request.form):
        return _show_recall(id, asked, moved, done)
    try:
        outcome = mark_only(asked.question, request.form, tries)
    except Unanswered as nothing:
        sheet = replace(kept, missing=nothing.missing)
        return _show_recall(id, asked, sheet, done)
    if outcome.marked.right:
        note_met(school(), pupil, asked.quiz, asked.question, current_site().today())
        school().commit()
    return _show_recall(id, asked, answered_sheet(kept, request.form, outcome), done)


def _show(asked: AskedQuestion, sheet: Sheet, met: frozenset[str], mix: PupilShuffle) -> ResponseReturnValue:
    url = cached_urls()
    return _question_page(
        asked,
        sheet,
        **_links_around(asked, met, mix, url),
        action=url("quizzes.send", id=asked.quiz.id, question=asked.question.id),
        met_before=sheet.outcome is None and asked.question.id in met,
        carried=[],
    )


def _links_around(
    asked: AskedQuestion, met: frozenset[str], mix: PupilShuffle, url: Callable[..., str]
) -> dict[str, Any]:
    """The links before and after a question: steps of its lesson, or the other questions at the end."""
    lesson, quiz = asked.lesson, asked.quiz
    total = len(lesson.steps)

    def step(place: int) -> str:
        return url("lessons.show_screen", id=lesson.id, screen=place)

    if place := lesson.placed.get(asked.question.id):
        return {
            "bar": lesson_bar(lesson, step=place),
            "total": total,
            "back_url": step(place - 1) if place > 1 else url("lessons.show", id=lesson.id),
            "next_url": step(place + 1) if place < total else url("quizzes.show", id=quiz.id),
        }
    order = _at_the_end(lesson, mix)
    here = order.index(asked.question.id)
    following = next((id for id in order[here + 1 :] if id not in met), None)
    return {
        "bar": lesson_bar(lesson, question=here + 1),
        "total": len(order),
        "back_url": url("quizzes.ask", id=quiz.id, question=order[here - 1]) if here else step(total),
        "next_url": (
            url("quizzes.ask", id=quiz.id, question=following)
            if following
            else url("lessons.show_help", id=lesson.id)
        ),
    }


def _at_the_end(lesson: Lesson, mix: PupilShuffle) -> list[str]:
    """Ids of the questions that are not asked inside the lesson, in the order of this shuffle."""
    return [question.id for question in mix.questions() if question.id not in lesson.placed]


def _show_recall(lesson_id: str, asked: AskedQuestion, sheet: Sheet, done: list[str]) -> ResponseReturnValue:
    key = f"{asked.quiz.id}.{asked.question.id}"
    done = done[:QUESTIONS_AT_ONCE]
    return _question_page(
        asked,
        sheet,
        action=url_for(".send_recall", id=lesson_id),
        back_url=url_for("lessons.show", id=lesson_id),
        next_url=url_for(".recall", id=lesson_id, done=[*done, key]),
        bar=None,
        total=0,
        met_before=False,
        carried=[("asked", key), *(("done", each) for each in done)],
    )


def _question_page(asked: AskedQuestion, sheet: Sheet, **parts: Any) -> ResponseReturnValue:
    """The whole page, or for htmx only the part that changes; both come from the same POST."""
    missing, swapped = _(sheet.missing) if sheet.missing else "", bool(request.htmx)
    shown = QuestionPage(pupil_page() | parts | {"missing": missing}, asked, sheet, swapped)
    return shown.part() if swapped else shown.whole()


def _questions_met(asked: AskedQuestion) -> frozenset[str]:
    """Ids of the questions that this pupil has met, as it counts this term."""
    return met_questions(school_rows(), signed_in_pupil(), asked.quiz, progress_since(asked.lesson))


def _quiz_or_404(id: str) -> tuple[Lesson, Quiz]:
    quiz = or_404(current_site().quizzes.get(id))
    return open_lesson(quiz.lesson), quiz


def _asked_or_404(id: str, question_id: str) -> AskedQuestion:
    _lesson, quiz = _quiz_or_404(id)
    return _asked(quiz, or_404(quiz.question(question_id)).id)


def _recalled_before(lesson: Lesson) -> dict[str, Quiz]:
    """The quizzes of which an old question may be asked before a lesson: what is done with an adult only with one."""
    site = current_site()
    asked = (quiz for quiz in site.quizzes.values() if quiz.lesson in site.open_lessons)
    return {quiz.id: quiz for quiz in asked if lesson.together or not site.open_lessons[quiz.lesson].together}


def due_before(lesson: Lesson) -> list[Recalled]:
    """The questions that are due for this pupil before a lesson."""
    site = current_site()
    quizzes = _recalled_before(lesson)
    return due_questions(school(), signed_in_pupil(), quizzes, lesson.id, site.calendar, site.today())


def _recalled_or_404(lesson: Lesson, key: str) -> AskedQuestion:
    """The question with this key, if this pupil has met it or it is due, and it may be asked here; raises NotFound."""
    quiz_id, _dot, question_id = key.partition(".")
    quiz = _recalled_before(lesson).get(quiz_id)
    question = quiz.recalled(question_id) if quiz else None
    if quiz is None or question is None:
        raise NotFound
    met = question.id in met_questions(school_rows(), signed_in_pupil(), quiz)
    if not met and key not in {recalled.key for recalled in due_before(lesson)}:
        raise NotFound
    return _asked(quiz, question.id)


def _asked(quiz: Quiz, question_id: str) -> AskedQuestion:
    """A question in this pupil's language, in fewer words where that is set; raises NotFound."""
    lesson = in_language(current_site().lessons[quiz.lesson])
    quiz = quiz.in_language(lesson.lang)
    said = quiz.simpler if quiz.simpler and adjustments_of_request().simpler else quiz
    return AskedQuestion(lesson, quiz, or_404(said.recalled(question_id)))


def _talked_about(lesson: Lesson) -> str | None:
    """The question of which the pupil's class talks first, empty for none; None where it is not kept together."""
    pupil = signed_in_pupil()
    return check_of_app(TALKED_ABOUT)(pupil, lesson) if pupil.led else None


def _shuffle_for_pupil(quiz: Quiz, talked: str | None = None) -> PupilShuffle:
    """This pupil's shuffle, or that of a class which is kept together."""
    return PupilShuffle(current_site().key, signed_in_pupil().id if talked is None else None, quiz)
