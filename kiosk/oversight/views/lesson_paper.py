"""A lesson on paper: a page for the teacher who leads it, and one for pupils without any answers."""

from functools import partial
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import staff_required
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.views.blueprint import SAFEGUARDING_LEADS, helplines_of, people_who_help
from kiosk.lessons.words import OWN_HEADINGS, page_words
from kiosk.oversight.running_order import (
    Part,
    in_pairs,
    printed_rows,
    question_numbers,
    running_order,
    to_bring,
)
from kiosk.oversight.views.blueprint import bp
from kiosk.oversight.views.lessons import lesson_or_404, lesson_words
from kiosk.site import current_site
from kiosk.wording.messages import N_

# What a part without a heading of its own is called.
PART_WORDS = {
    **OWN_HEADINGS,
    "scenario": N_("A story with choices"),
    "screen": N_("Read"),
    "question": N_("A question"),
    "talk": N_("To talk about"),
}


@bp.get("/lessons/<id>/teacher")
@staff_required()
def teachers_page(id: str) -> ResponseReturnValue:
    """How to lead a lesson, minute by minute, with likely answers."""
    lesson = lesson_or_404(id)
    return render_template(
        "oversight/teachers_page.html",
        leads=people_who_help(SAFEGUARDING_LEADS),
        **paper_values(lesson),
        **lesson_words(),
    )


@bp.get("/lessons/<id>/pupils")
@staff_required()
def pupils_page(id: str) -> ResponseReturnValue:
    """What pupils do in a lesson, and its quiz, to be filled in by hand."""
    lesson = lesson_or_404(id)
    quiz = current_site().quizzes.get(lesson.quiz)
    return render_template(
        "oversight/pupils_page.html",
        helplines=helplines_of(lesson),
        printed_rows=partial(printed_rows, quiz) if quiz else None,
        **paper_values(lesson),
    )


def paper_values(lesson: Lesson) -> dict[str, Any]:
    """What a page about a lesson on paper says: its parts with their headings, and what is needed."""
    order = running_order(lesson, current_site().quizzes.get(lesson.quiz))
    return {
        "lesson": lesson,
        "order": order,
        "numbers": question_numbers(order),
        "heading": _part_heading,
        "needed": to_bring(lesson),
        "in_pairs": in_pairs(lesson),
        "page_words": page_words,
        "parts_of": {
            step.id: {id: number for number, id in enumerate(step.nodes, 1)}
            for step in lesson.steps
            if isinstance(step, Scenario)
        },
    }


def _part_heading(part: Part) -> str:
    if part.heading or part.step is None:
        return part.heading or str(_("Questions"))
    return str(_(PART_WORDS[part.step.kind]))
