"""Pages of the preview: the list of lessons with what the check says, and each lesson step by step."""

from pathlib import Path
from typing import Any, cast

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue

from kiosk.authoring.preview.site import PreviewSite
from kiosk.bands import Band
from kiosk.content.media import IMAGE_TYPES
from kiosk.lessons.kinds.question import Question
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.views.shown import help_page, step_page
from kiosk.site import site_of_request
from kiosk.web.errors import NotFound
from kiosk.web.i18n import page_settings

SCRIPT = Path(__file__).parents[1] / "preview.js"
CANNOT_BE_READ = 422

desk = Blueprint("preview", __name__)
# The names by which the templates of lessons link to each other.
bp = Blueprint("lessons", __name__, url_prefix="/learn/lessons")


class Unreadable(Exception):
    """A lesson or a quiz that is there and cannot be read; the id is the lesson's."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.id = id


def preview_site() -> PreviewSite:
    """The content as it is at this request."""
    return cast(PreviewSite, site_of_request())


def readable_lesson(id: str) -> Lesson:
    """The lesson of an id; raises Unreadable, or NotFound where there is no such folder."""
    site = preview_site()
    if id in site.lessons:
        return site.lessons[id]
    if id in site.lesson_ids:
        raise Unreadable(id)
    raise NotFound


def child_page_values(band: Band) -> dict[str, Any]:
    """What the skeleton of a child's page needs besides what every page has."""
    return {"page": page_settings(band)}


@desk.app_errorhandler(Unreadable)
def _say_why(error: Unreadable) -> ResponseReturnValue:
    title = f"{error.id} cannot be shown yet"
    found = preview_site().problems_of(error.id)
    return render_template("authoring/broken.html", title=title, found=found, why=""), CANNOT_BE_READ


@desk.get("/")
def index() -> ResponseReturnValue:
    """Every lesson of the folder, with what `kiosk content check` says of it."""
    site = preview_site()
    return render_template(
        "authoring/index.html",
        rows=[(id, site.lessons.get(id), site.findings_of(id)) for id in site.lesson_ids],
        others=site.other_findings(),
        errors=sum(one.level == "error" for one in site.findings),
    )


@desk.get("/changed")
def changed() -> ResponseReturnValue:
    """Whether the files are others than those of the page that asks."""
    return jsonify(changed=request.args.get("since", "") != preview_site().mark)


@desk.get("/preview.js")
def script() -> ResponseReturnValue:
    """The script of every page here; it lies beside the app, as no school has it."""
    return Response(SCRIPT.read_bytes(), mimetype="text/javascript")


@bp.get("/", endpoint="index")
def leave_lesson() -> ResponseReturnValue:
    """A child's own list is the author's here."""
    return redirect(url_for("preview.index"))


@bp.get("/<id>")
def show(id: str) -> ResponseReturnValue:
    """What a lesson is about, as a child sees it before it begins."""
    lesson = readable_lesson(id)
    new_words = preview_site().glossary.words_of(lesson)
    return render_template(
        "lessons/show.html",
        **child_page_values(lesson.band),
        lesson=lesson,
        state="new",
        new_words=new_words,
        reached=1,
    )


@bp.post("/<id>")
def start(id: str) -> ResponseReturnValue:
    """Show the first step of the lesson: a preview asks no old question first."""
    return redirect(url_for(".show_screen", id=id, screen=1), 303)


@bp.get("/<id>/<int:screen>")
def show_screen(id: str, screen: int) -> ResponseReturnValue:
    """One step of a lesson, as a child sees it for the first time."""
    lesson = readable_lesson(id)
    if not 1 <= screen <= len(lesson.steps):
        raise NotFound
    step = lesson.steps[screen - 1]
    if isinstance(step, Question):
        return redirect(url_for("quizzes.ask", id=lesson.quiz, question=step.of))
    return step_page(child_page_values(lesson.band), lesson, step, screen, seen=False)


@bp.post("/<id>/<int:screen>")
def leave_screen(id: str, screen: int) -> ResponseReturnValue:
    """Go on to the next step; after the last one to the questions, or to who helps."""
    lesson = readable_lesson(id)
    if screen < len(lesson.steps):
        return redirect(url_for(".show_screen", id=id, screen=screen + 1), 303)
    after = url_for("quizzes.show", id=lesson.quiz) if lesson.quiz else url_for(".show_help", id=id)
    return redirect(after, 303)


@bp.get("/<id>/help")
def show_help(id: str) -> ResponseReturnValue:
    """Who helps, without names of people at a school."""
    lesson = readable_lesson(id)
    return help_page(child_page_values(lesson.band), lesson, ())


@bp.get("/<id>/drawings/<name>")
def show_drawing(id: str, name: str) -> ResponseReturnValue:
    """A drawing that cannot be put into the page itself."""
    if not name.endswith(tuple(IMAGE_TYPES)):
        raise NotFound
    return send_from_directory(readable_lesson(id).folder.resolve() / "img", name)
