"""A lesson as a family sees it: what it is about, something to try, what children ask, and if it has happened."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.families.plan import YEARS
from kiosk.families.views.blueprint import bp
from kiosk.families.views.home import lesson_of, plan_for
from kiosk.lessons.views.blueprint import in_language
from kiosk.oversight.views.programme import half_words
from kiosk.site import current_site
from kiosk.web.errors import NotFound


@bp.get("/lesson/<id>")
@open_to_all
def show_lesson(id: str) -> ResponseReturnValue:
    """A lesson; `year`: that of the child, whose plan stands below."""
    site, year = current_site(), request.args.get("year", "")
    lesson = site.open_lessons.get(id)
    if lesson is None or lesson.status == "retired":
        raise NotFound
    year = year if year in YEARS else ""
    found = lesson_of(year) if year else None
    return render_template(
        "families/lesson.html",
        lesson=in_language(lesson),
        year=year,
        planned=[(in_language(one.lesson), half_words(one.half)) for one in plan_for(year)] if year else [],
        now=found.lesson.id if found and found.now else "",
        to_read=not lesson.quiet or site.config.home_sensitive_lessons,
    )
