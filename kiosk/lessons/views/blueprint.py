"""The blueprint of all pages about lessons, and what more than one of them shows."""

from collections.abc import Sequence

from flask import Blueprint, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.lessons.bar import Bar, bar_of
from kiosk.lessons.drawing import read_drawing
from kiosk.lessons.glossary import picture_words
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.words import OWN_HEADINGS
from kiosk.report.access.who_reads import first_named
from kiosk.report.list_in_memory import current_keyring
from kiosk.site import current_site
from kiosk.web.i18n import language
from kiosk.web.templating import TWO_TONE_BANDS
from kiosk.wording.facts import Helpline, Helplines

# Who stands first after a lesson of high sensitivity, whatever the lesson itself names.
HELP_AT_ONCE = ("adult-at-school", "report-to-school", "police", "childline")
SAFEGUARDING_LEADS = ("dsl",)
HELPERS = (*SAFEGUARDING_LEADS, "coordinator")  # the roles nearest to a child

bp = Blueprint("lessons", __name__)


@bp.app_template_global("drawing")
def drawing(lesson_id: str, name: str, alt: str) -> Markup:
    """A drawing of a lesson, ready to be put into a page."""
    lesson = current_site().lessons[lesson_id]
    if name.endswith(".svg"):
        return read_drawing(lesson.folder / "img" / name, alt)
    address = url_for("lessons.show_drawing", id=lesson_id, name=name)
    return Markup('<img src="{}" alt="{}">').format(address, alt)


@bp.app_template_global("own_heading")
def own_heading(kind: str) -> str:
    """What a step of this kind is called that has no heading of its own; empty for a kind that always has one."""
    return str(_(OWN_HEADINGS[kind])) if kind in OWN_HEADINGS else ""


@bp.app_template_global("key_pictures")
def key_pictures(lesson: Lesson, html: Markup) -> Markup:
    """Words of a lesson or of its quiz with a picture at each key word."""
    site = current_site()
    style = "duo" if lesson.band in TWO_TONE_BANDS else "colour"
    drawn = {word: site.pictures.svg(name, style) for word, name in site.glossary.pictures_of(lesson).items()}
    return picture_words(html, drawn)


def in_language(lesson: Lesson) -> Lesson:
    """The lesson in this request's language, where it and its quiz are translated, up to date and open to children.

    A lesson that opens only approved is shown in English until two people approved the translation too (promise L26).
    """
    site = current_site()
    if lesson.guarded and not site.in_use.has_translation(lesson.id, language()):
        return lesson
    quiz = site.quizzes.get(lesson.quiz)
    spoken = quiz is None or language() in quiz.translations
    return lesson.translations.get(language(), lesson) if spoken else lesson


def lesson_bar(lesson: Lesson, step: int = 0, question: int = 0) -> Bar:
    """The bar at a step of a lesson, at a question after its steps, or at its goodbye."""
    quiz = current_site().quizzes.get(lesson.quiz)
    return bar_of(lesson, quiz.questions if quiz else (), step, question)


def helplines_of(lesson: Lesson) -> list[Helpline]:
    """Who helps with the matter of a lesson, the nearest first."""
    known: Helplines = current_site().facts.helplines
    first = HELP_AT_ONCE if lesson.quiet else ()
    ids = dict.fromkeys((*first, *lesson.help))  # each once, in this order
    return [known[id] for id in ids if id in known and lesson.band in known[id].for_bands]


def people_who_help(kinds: Sequence[str] = HELPERS) -> list[str]:
    """Names of those at this school who look after children's safety, as the pages of telling name them."""
    site = current_site()
    by_kind = first_named(current_keyring(site.databases.reports, site.config), kinds)
    return [name for kind in kinds for name in by_kind[kind]]


def leads_beside(lesson: Lesson) -> list[str]:
    """Names of the safeguarding leads, for whoever teaches a lesson that can stir something up; else nobody."""
    return people_who_help(SAFEGUARDING_LEADS) if lesson.sensitivity != "low" else []
