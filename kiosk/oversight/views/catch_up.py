"""The catch-up list of a class, to print, and setting a lesson again for those on it by one tap."""

import uuid
from datetime import date, timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import SEE_PROGRESS
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import staff_required
from kiosk.lessons.sets import set_again, sets_of
from kiosk.oversight.catch_up import PupilBehind, catch_up
from kiosk.oversight.views.blueprint import bp, class_or_404
from kiosk.oversight.views.lessons import lesson_or_404
from kiosk.oversight.views.set_words import due_words
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.wording.words import class_words, near_day

DAYS_AGAIN = 7  # days until children who catch up should have done it; moved on to the next school day
LONGEST_CLOSURE = 60


@bp.get("/classes/<uuid:class_id>/catch-up")
@staff_required(*SEE_PROGRESS)
def show_catch_up(class_id: uuid.UUID) -> ResponseReturnValue:
    """Who has not finished what was due by now, or was away when the class did it."""
    group, site = class_or_404(class_id), current_site()
    found = catch_up(school(), group, site.lessons, site.today(), site.term_began())
    return render_template(
        "oversight/catch_up.html",
        group=group,
        title=class_words(group.name, group.year),
        found=found,
        say_behind=behind_words,
        again=near_day(next_week(), site.today()),
    )


@bp.post("/classes/<uuid:class_id>/catch-up/<id>")
@staff_required(*SEE_PROGRESS)
def set_again_for(class_id: uuid.UUID, id: str) -> ResponseReturnValue:
    """Set a lesson again, due in about a week, for everybody on the list who waits; tapped twice it is done once."""
    group, lesson, site = class_or_404(class_id), lesson_or_404(id), current_site()
    found = catch_up(school(), group, {lesson.id: lesson}, site.today(), site.term_began())
    waiting = [child.id for one in found for child in one.waiting]
    if waiting:
        set_again(school(), group, lesson.id, site.today(), next_week(), waiting)
        school().commit()
        flash(_("%(lesson)s is set again for those who have to catch up.", lesson=lesson.title))
    return redirect(url_for(".show_catch_up", class_id=class_id), 303)


@bp.app_template_global("lessons_of_class")
def lessons_of_class(group: ClassGroup) -> list[tuple[str, str, str, str]]:
    """What is set for a class, for its page: id and title of each lesson, by when, and for how many children."""
    lessons = current_site().lessons
    return [
        (
            one.lesson_id,
            lessons[one.lesson_id].title,
            due_words(one),
            "" if one.for_everybody else str(len(one.pupils)),
        )
        for one in sets_of(school(), group)
        if one.lesson_id in lessons
    ]


def behind_words(child: PupilBehind) -> str:
    """The note beside a child's name on the catch-up list: the new due day, or else why the child is on it."""
    site = current_site()
    if child.again_by:
        return str(_("set again, by %(day)s", day=near_day(child.again_by, site.today())))
    if child.was_away and not child.begun:
        return str(_("was not there"))
    return str(_("begun, not finished") if child.begun else _("not begun"))


def next_week() -> date:
    """The due day that children who catch up are given: the first school day that is at least a week from now."""
    site = current_site()
    first = site.today() + timedelta(days=DAYS_AGAIN)
    days = (first + timedelta(days=count) for count in range(LONGEST_CLOSURE))
    return next((day for day in days if site.calendar.is_school_day(day)), first)
