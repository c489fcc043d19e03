"""The same lessons to read at home, without an account and without a cookie."""

from flask import render_template, send_from_directory
from flask.typing import ResponseReturnValue

from kiosk.accounts.login import open_to_all
from kiosk.bands import Band
from kiosk.content.media import IMAGE_TYPES
from kiosk.errors import NotFound
from kiosk.i18n import language
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.views.blueprint import bp, helplines_of
from kiosk.lessons.words import page_words
from kiosk.site import current_site

DRAWING_SECONDS = 3600


@bp.get("/home/lessons/")
@open_to_all
def index_home() -> ResponseReturnValue:
    """Every lesson, for families."""
    offered = [lesson for lesson in current_site().lessons.values() if lesson.status != "retired"]
    by_band = {band: [lesson for lesson in offered if lesson.band == band] for band in Band}
    return render_template("lessons/index_home.html", by_band=by_band)


@bp.get("/home/lessons/<id>")
@open_to_all
def show_home(id: str) -> ResponseReturnValue:
    """A whole lesson on one page, to read or to print."""
    lesson = current_site().lessons.get(id)
    if lesson is None:
        raise NotFound
    return render_template(
        "lessons/show_home.html",
        lesson=lesson,
        helplines=helplines_of(lesson),
        lang=language(),
        page_words=page_words,
        parts_of={step.id: _numbers(step) for step in lesson.steps if isinstance(step, Scenario)},
    )


@bp.get("/home/lessons/<id>/drawings/<name>")
@open_to_all
def show_drawing(id: str, name: str) -> ResponseReturnValue:
    """A drawing that cannot be put into the page itself."""
    lesson = current_site().lessons.get(id)
    if lesson is None or not name.endswith(tuple(IMAGE_TYPES)):
        raise NotFound
    response = send_from_directory(lesson.folder / "img", name, max_age=DRAWING_SECONDS)
    response.headers["Cache-Control"] = f"public, max-age={DRAWING_SECONDS}"
    return response


def _numbers(scenario: Scenario) -> dict[str, int]:
    """The parts of a story with numbers, for paper, where nothing can be tapped."""
    return {id: number for number, id in enumerate(scenario.nodes, 1)}
