"""The page with which a led lesson ends: sign for who was there, and see what the class now knows."""

import uuid
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes import class_to_look_at, may_open_class, present_pupils
from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.views.windows import class_of_today
from kiosk.calendar.terms import term_began
from kiosk.errors import NotFound
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import may_lead
from kiosk.lessons.taught import occasion, sign_for, taught_on
from kiosk.oversight.after_lesson import after_lesson
from kiosk.oversight.views.blueprint import bp
from kiosk.oversight.views.lessons import lesson_or_404
from kiosk.site import current_site
from kiosk.stores import school


@bp.get("/classes/<uuid:class_id>/after/<id>")
@staff_required()
def after(class_id: uuid.UUID, id: str) -> ResponseReturnValue:
    """Whoever may open the class signs here; how its children get on is for those alone who may see that.

    Whoever covers the class signs for what was done today, and sees nobody who was there on another day.
    """
    group, site = class_of_today(class_id), current_site()
    lesson = _lesson_of(group, id)
    if _is_of_another_day(group, lesson):
        return redirect(url_for("windows.show", class_id=class_id))
    sees_progress = class_to_look_at(school(), signed_in_staff(), class_id) is not None
    days = (site.today(), _since(lesson))
    found = after_lesson(school(), group, lesson, site.quizzes, site.misconceptions, *days)
    return render_template(
        "oversight/after.html",
        group=group,
        lesson=lesson,
        found=found,
        may_sign=sees_progress or found.day == site.today(),
        sees_progress=sees_progress,
    )


@bp.post("/classes/<uuid:class_id>/after/<id>")
@staff_required()
def sign_for_class(class_id: uuid.UUID, id: str) -> ResponseReturnValue:
    """Keep by this adult's word who was there today."""
    group, today = class_of_today(class_id), current_site().today()
    lesson = _lesson_of(group, id)
    last = taught_on(school(), group).get(lesson.id)
    if _is_of_another_day(group, lesson):
        return redirect(url_for("windows.show", class_id=class_id), 303)
    if last != today and class_to_look_at(school(), signed_in_staff(), class_id) is None:
        raise NotFound  # who only covers or looks after computers signs for what was led today
    pupils = present_pupils(school(), group)
    ticked = set(request.form.getlist("here"))
    here = {pupil.id for pupil in pupils if pupil.id.hex in ticked}
    day, since = occasion(last, today), _since(lesson)
    sign_for(school(), signed_in_staff(), group, lesson, pupils, here, day, since)
    school().commit()
    if here:
        flash(_("Signed: %(number)d of %(total)d were there.", number=len(here), total=len(pupils)))
    else:
        flash(_("Nobody is ticked, so it does not count as done together."))
    return redirect(url_for(".after", class_id=class_id, id=id), 303)


def _lesson_of(group: ClassGroup, id: str) -> Lesson:
    """A lesson that this class may open; raises NotFound."""
    lesson = lesson_or_404(id)
    if not may_lead(school(), group, lesson):
        raise NotFound
    return lesson


def _since(lesson: Lesson) -> date | None:
    """Since when a lesson counts as done: one that is due each term lapses with the term."""
    site = current_site()
    return term_began(site.calendar, site.today()) if lesson.each_term else None


def _is_of_another_day(group: ClassGroup, lesson: Lesson) -> bool:
    """Whether this person only covers the class, and it did the lesson before today."""
    day = taught_on(school(), group).get(lesson.id)
    return day not in {None, current_site().today()} and not may_open_class(
        school(), signed_in_staff(), group
    )
