"""The page with which a led lesson ends: sign for who was there, and see what the class now knows."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes import class_to_look_at, may_open_class, present_pupils
from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.views.windows import class_of_today
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.taught import sign_for, taught_on
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
    group, lesson, site = class_of_today(class_id), lesson_or_404(id), current_site()
    if _is_of_another_day(group, lesson):
        return redirect(url_for("windows.show", class_id=class_id))
    return render_template(
        "oversight/after.html",
        group=group,
        lesson=lesson,
        found=after_lesson(school(), group, lesson, site.quizzes, site.misconceptions),
        sees_progress=class_to_look_at(school(), signed_in_staff(), class_id) is not None,
    )


@bp.post("/classes/<uuid:class_id>/after/<id>")
@staff_required()
def sign_for_class(class_id: uuid.UUID, id: str) -> ResponseReturnValue:
    """Keep by this adult's word who was there today."""
    group, lesson = class_of_today(class_id), lesson_or_404(id)
    if _is_of_another_day(group, lesson):
        return redirect(url_for("windows.show", class_id=class_id), 303)
    pupils = present_pupils(school(), group)
    ticked = set(request.form.getlist("here"))
    here = {pupil.id for pupil in pupils if pupil.id.hex in ticked}
    sign_for(school(), signed_in_staff(), group, lesson, pupils, here, current_site().today())
    school().commit()
    flash(_("Signed: %(number)d of %(total)d were there.", number=len(here), total=len(pupils)))
    return redirect(url_for(".after", class_id=class_id, id=id), 303)


def _is_of_another_day(group: ClassGroup, lesson: Lesson) -> bool:
    """Whether this person only covers the class, and it did the lesson before today."""
    day = taught_on(school(), group).get(lesson.id)
    return day not in {None, current_site().today()} and not may_open_class(
        school(), signed_in_staff(), group
    )
