"""How a step of a lesson and its page of help look, for a pupil at work and for an author who writes it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.lessons.activity import Activity
from kiosk.lessons.glossary import mark_word
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.step import Passage, Screen, Step
from kiosk.lessons.views.blueprint import helplines_of, key_pictures, lesson_bar
from kiosk.lessons.walk import walk_along
from kiosk.lessons.words import page_words
from kiosk.site import current_site
from kiosk.web.i18n import address_key, language
from kiosk.web.templating import whole_page

IN_SIGHT = 3
TELL_HERE = "report-to-school"


def activity_page(page: Mapping[str, Any], lesson: Lesson, step: Activity, here: int, seen: bool) -> str:
    """The page of a step with what the address says was done; `seen`: the child has been further."""
    done = step.done(request.args)
    address = None if page["page"].board else address_key(read=step.asks)
    marks = (
        None
        if address is None
        else (lesson.id, here, seen, page["page"], page.get("tell_url"), address, done)
    )

    def shown() -> dict[str, Any]:
        more = {"next_words": _(step.way_on)} if step.way_on else {}
        passage = lesson.fewer_words(step.id) if page["page"].fit.simpler else None
        fewer = key_pictures(lesson, passage.html) if passage else Markup()
        return {
            "there": url_for("lessons.show_screen", id=lesson.id, screen=here),
            **page,
            **more,
            "lesson": lesson,
            "step": step,
            "fewer": fewer,
            "shown_step": step.in_fewer_words(fewer) if fewer and step.shortened else step,
            "here": here,
            "total": len(lesson.steps),
            "bar": lesson_bar(lesson, step=here),
            "seen": seen,
            "done": done,
            "finished": step.finished(done),
            "near": current_site().facts.helplines.named(step.help),
        }

    return whole_page("lessons/activity.html", marks, shown)


def step_page(
    page: Mapping[str, Any], lesson: Lesson, step: Step, here: int, seen: bool
) -> ResponseReturnValue:
    """The page of any step but a question; `page` is what its skeleton needs, `seen`: the child has been further.

    The page of a class's board is made anew each time, as it shows that class.
    """
    if isinstance(step, Activity):
        return activity_page(page, lesson, step, here, seen)
    total, bar = len(lesson.steps), lesson_bar(lesson, step=here)
    parts = {**page, "lesson": lesson, "here": here, "total": total, "bar": bar, "seen": seen}
    if isinstance(step, Scenario):
        return _show_scenario(step, parts)
    address = None if page["page"].board else address_key()
    marks = None if address is None else (lesson.id, here, seen, page["page"], page.get("tell_url"), address)
    return whole_page("lessons/screen.html", marks, lambda: parts | _step_words(lesson, step))


def help_page(page: Mapping[str, Any], lesson: Lesson, names: Sequence[str]) -> str:
    """What to do and who helps: three in sight, the rest folded away; `names` are of people at this school."""
    # The way to tell stands at the top of this page as of every other.
    lines = sorted(helplines_of(lesson), key=lambda line: line.id == TELL_HERE)
    return render_template(
        "lessons/help.html",
        **page,
        lesson=lesson,
        bar=lesson_bar(lesson),
        in_sight=lines[:IN_SIGHT],
        more=lines[IN_SIGHT:],
        names=names,
        lang=language(),
    )


def _step_words(lesson: Lesson, step: Screen | Passage) -> dict[str, Any]:
    """The heading and text of a step, in which the glossary word of that step is marked."""
    heading, html = page_words(step.html, lesson.band)
    if explained := current_site().glossary.explained(lesson).get(step.id):
        html = mark_word(html, explained.word)
    return {"step": step, "heading": heading, "html": html, "explained": explained}


def _show_scenario(scenario: Scenario, parts: dict[str, Any]) -> ResponseReturnValue:
    walk = walk_along(scenario, request.args.get("way", ""))
    chosen = request.args.get("choose")
    if chosen and (way := walk.way_by(chosen)):
        address = url_for("lessons.show_screen", id=parts["lesson"].id, screen=parts["here"], way=way)
        return redirect(address, 303)
    missing = "asked" in request.args
    return render_template("lessons/scenario.html", **parts, step=scenario, walk=walk, missing=missing)
