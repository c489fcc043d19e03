"""The page of something to do: the same for everybody who did the same, so it is kept ready."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from kiosk.i18n import address_marks
from kiosk.lessons.activity import Activity
from kiosk.lessons.lesson import Lesson
from kiosk.site import current_site
from kiosk.templating import render_ready


def activity_page(page: Mapping[str, Any], lesson: Lesson, step: Activity, here: int, seen: bool) -> str:
    """The page of a step with what the address says was done; `seen`: the child has been further."""
    done = step.done(request.args)
    address = None if page["page"].board else address_marks(read=step.asks)
    marks = None if address is None else (lesson.id, here, seen, page["page"], address, done)

    def shown() -> dict[str, Any]:
        more = {"next_words": _(step.way_on)} if step.way_on else {}
        return {
            "there": url_for("lessons.show_screen", id=lesson.id, screen=here),
            **page,
            **more,
            "lesson": lesson,
            "step": step,
            "here": here,
            "total": len(lesson.steps),
            "seen": seen,
            "done": done,
            "finished": step.finished(done),
            "near": [current_site().facts.helplines[id] for id in step.help],
        }

    return render_ready("lessons/activity.html", marks, shown)
