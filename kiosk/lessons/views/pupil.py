"""Lessons: what there is to open, and one step a page."""

from collections.abc import Iterable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.login import pupil_required, signed_in_pupil
from kiosk.accounts.views.site import band_page
from kiosk.errors import NotFound
from kiosk.i18n import address_marks, language
from kiosk.lessons.activity import Activity
from kiosk.lessons.glossary import mark_word
from kiosk.lessons.kinds.question import Question
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress
from kiosk.lessons.progress import (
    LessonState,
    advance,
    complete_lesson,
    furthest_screen,
    may_open,
    progress_of,
    start_lesson,
    state_of,
)
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.step import Passage, Screen, Step
from kiosk.lessons.views.activity import activity_page
from kiosk.lessons.views.blueprint import bp, helplines_of
from kiosk.lessons.walk import follow
from kiosk.lessons.words import page_words
from kiosk.report.keyring import current_keyring
from kiosk.report.who_reads import first_named
from kiosk.site import current_site
from kiosk.stores import school
from kiosk.templating import render_ready

IN_SIGHT = 3
TELL_HERE = "report-to-school"
HELPERS = ("dsl", "coordinator")  # the nearest to a child


def open_lesson(id: str) -> Lesson:
    """The lesson of this id, if the signed-in pupil's class may open it; raises NotFound."""
    lesson = current_site().lessons.get(id)
    if lesson is None or not may_open(school(), signed_in_pupil().class_group, lesson):
        raise NotFound
    return lesson


def pupil_page() -> dict[str, Any]:
    """What the layout of a pupil's page needs: the skin of the class, and the links to tell somebody and to leave."""
    return band_page(signed_in_pupil().class_group.band)


@bp.get("/learn/lessons/all")
@pupil_required
def index_all() -> ResponseReturnValue:
    """Every lesson of the class's own band."""
    pupil = signed_in_pupil()
    band = pupil.class_group.band
    own = [
        lesson
        for lesson in current_site().lessons.values()
        if lesson.band == band and lesson.status != "retired"
    ]
    cards = _cards(own, progress_of(school(), pupil))
    return render_template("lessons/index_all.html", **pupil_page(), cards=cards)


@bp.get("/learn/lessons/<id>")
@pupil_required
def show(id: str) -> ResponseReturnValue:
    """What a lesson is about, and the button to begin."""
    lesson = open_lesson(id)
    progress = progress_of(school(), signed_in_pupil())
    reached = progress[id].furthest_screen if id in progress else 1
    return render_template(
        "lessons/show.html",
        **pupil_page(),
        lesson=lesson,
        state=state_of(progress, id),
        new_words=current_site().glossary.words_of(lesson),
        reached=min(reached, len(lesson.steps)),
    )


@bp.post("/learn/lessons/<id>")
@pupil_required
def start(id: str) -> ResponseReturnValue:
    """Begin a lesson, with an old question first if one is due."""
    lesson = open_lesson(id)
    start_lesson(school(), signed_in_pupil(), lesson, current_site().today())
    school().commit()
    return redirect(url_for("quizzes.recall", id=id), 303)


@bp.get("/learn/lessons/<id>/<int:screen>")
@pupil_required
def show_screen(id: str, screen: int) -> ResponseReturnValue:
    """One step of a lesson."""
    lesson = open_lesson(id)
    step = _step(lesson, screen)
    seen = furthest_screen(school(), signed_in_pupil(), lesson) > screen
    if isinstance(step, Question):
        return redirect(url_for("quizzes.ask", id=lesson.quiz, question=step.of))
    if isinstance(step, Activity):
        return activity_page(pupil_page(), lesson, step, screen, seen)
    parts: dict[str, Any] = {"lesson": lesson, "here": screen, "total": len(lesson.steps), "seen": seen}
    if isinstance(step, Scenario):
        return _scenario(step, parts)
    page, address = pupil_page(), address_marks()
    marks = None if address is None else (id, screen, seen, page["page"], address)
    return render_ready("lessons/screen.html", marks, lambda: page | parts | _words(lesson, step))


@bp.post("/learn/lessons/<id>/<int:screen>")
@pupil_required
def leave_screen(id: str, screen: int) -> ResponseReturnValue:
    """Go on to the next step; after the last one to the quiz, or to the end if there is no quiz."""
    site = current_site()
    lesson = open_lesson(id)
    _step(lesson, screen)
    pupil = signed_in_pupil()
    last = screen == len(lesson.steps)
    has_quiz = lesson.quiz in site.quizzes
    if last and not has_quiz:
        complete_lesson(school(), pupil, lesson, site.today())
    else:
        advance(school(), pupil, lesson, screen + 1, site.today())
    school().commit()
    if not last:
        return redirect(url_for(".show_screen", id=id, screen=screen + 1), 303)
    if has_quiz:
        return redirect(url_for("quizzes.show", id=lesson.quiz), 303)
    return redirect(url_for(".show_help", id=id), 303)


@bp.get("/learn/lessons/<id>/help")
@pupil_required
def show_help(id: str) -> ResponseReturnValue:
    """What to do and who helps: three in sight, people of this school by name, and the rest folded away."""
    lesson = open_lesson(id)
    # The way to tell stands at the top of this page as of every other.
    lines = sorted(helplines_of(lesson), key=lambda line: line.id == TELL_HERE)
    return render_template(
        "lessons/help.html",
        **pupil_page(),
        lesson=lesson,
        in_sight=lines[:IN_SIGHT],
        more=lines[IN_SIGHT:],
        names=_people_who_help(),
        lang=language(),
    )


def _people_who_help() -> list[str]:
    """Names of those at this school who look after children's safety, as the pages of telling name them."""
    site = current_site()
    ring = current_keyring(site.databases.reports, site.config, site.key)
    by_kind = first_named(ring, HELPERS)
    return [name for kind in HELPERS for name in by_kind[kind]]


def _words(lesson: Lesson, step: Screen | Passage) -> dict[str, Any]:
    """The words of a step, with the one that is explained there."""
    heading, html = page_words(step.html, lesson.band)
    if explained := current_site().glossary.explained(lesson).get(step.id):
        html = mark_word(html, explained.word)
    return {"step": step, "heading": heading, "html": html, "explained": explained}


def _scenario(scenario: Scenario, parts: dict[str, Any]) -> ResponseReturnValue:
    walk = follow(scenario, request.args.get("way", ""))
    chosen = request.args.get("choose")
    if chosen and (way := walk.way_by(chosen)):
        return redirect(url_for(".show_screen", id=parts["lesson"].id, screen=parts["here"], way=way), 303)
    missing = "asked" in request.args
    return render_template(
        "lessons/scenario.html", **pupil_page(), **parts, step=scenario, walk=walk, missing=missing
    )


def _step(lesson: Lesson, screen: int) -> Step:
    if not 1 <= screen <= len(lesson.steps):
        raise NotFound
    return lesson.steps[screen - 1]


def _cards(shown: Iterable[Lesson], progress: dict[str, LessonProgress]) -> list[tuple[Lesson, LessonState]]:
    return [(lesson, state_of(progress, lesson.id)) for lesson in shown]
