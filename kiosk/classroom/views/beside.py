"""A lesson that is done together: whether an adult is there, and the button by which one says that they sit beside."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import present_names
from kiosk.accounts.classes.views.windows import class_of_today
from kiosk.accounts.classes.windows import window_of
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.current_pupil import CurrentPupil
from kiosk.accounts.sign_in.login import staff_required
from kiosk.classroom.beside import is_beside, sit_beside
from kiosk.classroom.views.found import led_lesson_now
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import may_lead
from kiosk.lessons.views.pupil import ADULT_IS_THERE
from kiosk.site import SyncFlask, current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import id_of
from kiosk.web.request_sessions import school
from kiosk.wording.words import clock

bp = Blueprint("beside", __name__, url_prefix="/staff/classes/<uuid:class_id>/beside")


def guard_together(app: SyncFlask) -> None:
    """Let lessons that are done together ask whether an adult leads them now, or sits beside the child."""
    app.checks[ADULT_IS_THERE] = adult_is_there


def adult_is_there(pupil: CurrentPupil, lesson: Lesson) -> bool:
    """Whether the class is led through this lesson now, or an adult sits beside this child for it."""
    if pupil.led and (found := led_lesson_now(pupil.window_id)) and found[1].id == lesson.id:
        return True
    with current_site().databases.sessions.rows(write=False) as rows:
        return is_beside(rows, pupil.window_id, pupil.id, lesson, now_utc())


@bp.post("")
@staff_required()
def sit(class_id: uuid.UUID) -> ResponseReturnValue:
    """Say that an adult sits beside one child of an open class: a lesson opens for that child."""
    group, now = class_of_today(class_id), now_utc()
    window = window_of(school(), group, now)
    lesson = current_site().open_lessons.get(request.form.get("lesson", ""))
    child = next(
        (one for one in present_names(school(), group) if one.id == id_of(request.form.get("child", ""))),
        None,
    )
    if window is None or child is None or lesson is None or not may_lead(school(), group, lesson):
        flash(_("Open the class, then choose a child and a lesson."))
        return redirect(url_for("leading.show", class_id=class_id, _anchor="beside"), 303)
    with current_site().databases.sessions.rows(write=True) as rows:
        until = sit_beside(rows, window.id, child.id, lesson, now)
    flash(
        _(
            "%(lesson)s is open for %(name)s until %(time)s. Stay beside them.",
            lesson=lesson.title,
            name=child.first_name,
            time=clock(current_site().local(until)),
        )
    )
    return redirect(url_for("leading.show", class_id=class_id, _anchor="beside"), 303)


def beside_form(group: ClassGroup, offered: list[Lesson]) -> dict[str, Any]:
    """What the form offers: the children of the class, and its lessons that are done together."""
    together = [lesson for lesson in offered if lesson.together]
    children = present_names(school(), group) if together else []
    return {
        "children": [(one.id.hex, one.first_name) for one in children],
        "together": [(lesson.id, lesson.title) for lesson in together],
    }
