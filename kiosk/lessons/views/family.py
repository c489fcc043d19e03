"""The same lessons to read at home, without an account and without a cookie."""

from typing import Any

from flask import render_template, request, send_from_directory
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.bands import Band
from kiosk.content.media import IMAGE_TYPES
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.views.blueprint import bp, helplines_of, in_language
from kiosk.lessons.words import page_words
from kiosk.site import current_site
from kiosk.web.errors import NotFound
from kiosk.web.i18n import language, tell_url

DRAWING_SECONDS = 3600


@bp.get("/home/lessons/")
@open_to_all
def index_home() -> ResponseReturnValue:
    """Every lesson, for families; those for the child's own age first, if the address names it."""
    offered = [
        in_language(lesson)
        for lesson in current_site().open_lessons.values()
        if lesson.status != "retired" and not _kept_back(lesson)
    ]
    asked = _age_group_asked()
    bands = sorted(Band, key=lambda band: band is not asked)  # the others stay in their order
    by_band = {band: [lesson for lesson in offered if band in lesson.bands] for band in bands}
    return render_template(
        "lessons/index_home.html", by_band=by_band, asked=asked, bands=list(Band), **_way_to_tell()
    )


@bp.get("/home/lessons/<id>")
@open_to_all
def show_home(id: str) -> ResponseReturnValue:
    """A whole lesson on one page, to read or to print."""
    lesson = current_site().open_lessons.get(id)
    if lesson is None or _kept_back(lesson):
        raise NotFound
    return whole_lesson(in_language(lesson))


def whole_lesson(lesson: Lesson, **page: Any) -> str:
    """A lesson with its quiz, as families read it at home and, with a `page` of its own, as who approves it does."""
    return render_template(
        "lessons/show_home.html",
        lesson=lesson,
        helplines=helplines_of(lesson),
        lang=language(),
        page_words=page_words,
        parts_of={step.id: _part_numbers(step) for step in lesson.steps if isinstance(step, Scenario)},
        questions=_questions_for_paper(lesson),
        **_way_to_tell(),
        **page,
    )


@bp.get("/home/lessons/<id>/drawings/<name>")
@open_to_all
def show_drawing(id: str, name: str) -> ResponseReturnValue:
    """A drawing that cannot be put into the page itself."""
    lesson = current_site().open_lessons.get(id)
    if lesson is None or not name.endswith(tuple(IMAGE_TYPES)):
        raise NotFound
    if _kept_back(lesson) and name.endswith(".svg"):  # pupils' pages ask for the others by this address
        raise NotFound
    response = send_from_directory(lesson.folder / "img", name, max_age=DRAWING_SECONDS)
    response.headers["Cache-Control"] = f"public, max-age={DRAWING_SECONDS}"
    return response


def _kept_back(lesson: Lesson) -> bool:
    """Whether families read a lesson at school alone, where somebody can talk it over with them."""
    return lesson.quiet and not current_site().config.home_sensitive_lessons


def _age_group_asked() -> Band | None:
    asked = request.args.get("band", "")
    return Band(asked) if asked in set(Band) else None


def _way_to_tell() -> dict[str, Any]:
    """The address of the report form for the age in the address; the page that asks for the age, if it names none."""
    asked = _age_group_asked()
    return {"tell_url": tell_url(asked)} if asked else {}


def _questions_for_paper(lesson: Lesson) -> list[tuple[Any, list[Markup]]]:
    """The questions of a lesson's quiz with what can be answered, by the alphabet: a file's order may give it away."""
    quiz = current_site().quizzes.get(lesson.quiz)
    return [
        (question, sorted((row.label for row in question.rows()), key=lambda label: label.casefold()))
        for question in (quiz.in_language(lesson.lang).all_questions if quiz else ())
    ]


def _part_numbers(scenario: Scenario) -> dict[str, int]:
    """A number for each part of a story by its id, so that choices on paper can say where to read on."""
    return {id: number for number, id in enumerate(scenario.nodes, 1)}
