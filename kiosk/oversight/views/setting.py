"""How one lesson is set for one class: for whom and until when, and taking it from the list again."""

import uuid
from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import SEE_PROGRESS, present_names
from kiosk.accounts.classes.windows import window_of
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import staff_required
from kiosk.classroom.views.found import led_lesson_now
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.sets import begun_by, read_due, set_for_class, set_lesson_for_some, set_of, unset_lesson
from kiosk.oversight.views.blueprint import bp, class_or_404
from kiosk.oversight.views.lessons import lesson_or_404
from kiosk.oversight.views.set_words import set_words
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import FormErrors
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_, Refused
from kiosk.wording.words import class_words


@bp.get("/lessons/<id>/classes/<uuid:class_id>")
@staff_required(*SEE_PROGRESS)
def set_one(id: str, class_id: uuid.UUID) -> ResponseReturnValue:
    """The form for setting a lesson: a due day that may stay empty, and the children it is for."""
    lesson, group = lesson_or_404(id), class_or_404(class_id)
    now = set_of(school(), group, lesson)
    due_on = (now.due_on or next(iter(now.pupils.values()), None)) if now else None
    sent = request.args.get("due_on", "") or (due_on.isoformat() if due_on else "")
    ticked = {id.hex for id in now.pupils} if now and not now.for_everybody else set()
    return _setting_form(lesson, group, sent, ticked)


@bp.post("/lessons/<id>/classes/<uuid:class_id>")
@staff_required(*SEE_PROGRESS)
def set_for(id: str, class_id: uuid.UUID) -> ResponseReturnValue:
    """Set a lesson for the ticked children, or for everybody if none is ticked."""
    lesson, group, today = lesson_or_404(id), class_or_404(class_id), current_site().today()
    sent, ticked = request.form.get("due_on", ""), set(request.form.getlist("child"))
    chosen = [one.id for one in present_names(school(), group) if one.id.hex in ticked]
    errors = FormErrors()
    if len(chosen) != len(ticked):
        errors.add(
            "child-1", N_("Somebody who was ticked is no longer in this class. Tick the children again.")
        )
    try:
        due_on = read_due(sent, today)
    except Refused as refused:
        errors.add_all([("due_on", refused.message)])
    if errors:
        return _setting_form(lesson, group, sent, ticked, errors), 422
    if chosen:
        set_lesson_for_some(school(), group, lesson, today, due_on, chosen)
    else:
        set_for_class(school(), group, lesson, today, due_on)
    school().commit()
    flash(_("%(lesson)s is set for %(name)s.", lesson=lesson.title, name=group.name))
    return redirect(url_for(".lesson", id=lesson.id), 303)


@bp.post("/lessons/<id>/classes/<uuid:class_id>/unset")
@staff_required(*SEE_PROGRESS)
def unset_for(id: str, class_id: uuid.UUID) -> ResponseReturnValue:
    """Take the lesson from the list of the class; where children have begun it, ask first."""
    lesson, group = lesson_or_404(id), class_or_404(class_id)
    back = redirect(url_for(".lesson", id=lesson.id), 303)
    if set_of(school(), group, lesson) is None:
        return back
    if _is_led(group, lesson):
        flash(
            _(
                "%(lesson)s is being led in %(name)s now. End that first.",
                lesson=lesson.title,
                name=group.name,
            )
        )
        return back
    begun = begun_by(school(), group, lesson)
    if begun and request.form.get("sure") != "yes":
        return render_template("oversight/unset_lesson.html", lesson=lesson, group=group, begun=begun)
    unset_lesson(school(), group, lesson)
    school().commit()
    flash(_("%(lesson)s is no longer on the list of %(name)s.", lesson=lesson.title, name=group.name))
    return back


def _setting_form(
    lesson: Lesson, group: ClassGroup, due_on: str, ticked: Collection[str], errors: FormErrors | None = None
) -> str:
    now = set_of(school(), group, lesson)
    return render_template(
        "oversight/set_lesson.html",
        lesson=lesson,
        group=group,
        title=class_words(group.name, group.year),
        children=present_names(school(), group),
        ticked=ticked,
        due_on=due_on,
        now=set_words(now) if now else "",
        errors=errors or FormErrors(),
    )


def _is_led(group: ClassGroup, lesson: Lesson) -> bool:
    window = window_of(school(), group, now_utc())
    found = led_lesson_now(window.id) if window and window.led else None
    return found is not None and found[1].id == lesson.id
