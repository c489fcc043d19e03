"""The page with which a led lesson ends: sign for who was there, and see what the class now knows."""

import uuid
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import class_to_look_at, present_pupils
from kiosk.accounts.classes.views.windows import class_of_today
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import may_lead
from kiosk.lessons.stopped import forget_stop, stops_of
from kiosk.lessons.taught import LessonDone, LessonOfDay, attendance_day, done_together, sign_attendance
from kiosk.oversight.after_lesson import after_lesson
from kiosk.oversight.views.blueprint import bp
from kiosk.oversight.views.lessons import lesson_or_404
from kiosk.site import current_site
from kiosk.web.errors import NotFound
from kiosk.web.request_sessions import school


@dataclass(frozen=True)
class _AskedLesson:
    """A lesson of a class, when it was last done together, and what this person may do about it.

    Whoever only covers the class, or looks after computers, has to do with what was led today and nothing else.
    """

    group: ClassGroup
    lesson: Lesson
    done: LessonDone | None
    led_today: bool  # also in an empty room, or not to its end
    began: date
    today: date
    sees_progress: bool

    @property
    def held(self) -> LessonOfDay:
        """The lesson on the day shown, for which the attendance is signed."""
        day = self.today if self.led_today else attendance_day(self.done, self.today)
        return LessonOfDay(self.group, self.lesson, day, self.lesson.since(self.began))

    @property
    def may_sign(self) -> bool:
        """Whether this person may sign for who was there."""
        return self.sees_progress or self.led_today

    @property
    def may_look(self) -> bool:
        """Whether this person may see the page: not who was there on another day."""
        return self.may_sign or self.done is None


def _asked_lesson(class_id: uuid.UUID, id: str) -> _AskedLesson:
    """The lesson and class in the address; raises NotFound where this person or this class has no access."""
    group, site, lesson = class_of_today(class_id), current_site(), lesson_or_404(id)
    if not may_lead(school(), group, lesson):
        raise NotFound
    today = site.today()
    began = site.term_began()
    done = done_together(school(), group, {lesson.id: lesson}, began, today).get(lesson.id)
    stop = stops_of(school(), group).get(lesson.id)
    led_today = today in {done.day if done else None, stop.day if stop else None}
    sees_progress = class_to_look_at(school(), signed_in_staff(), class_id) is not None
    return _AskedLesson(group, lesson, done, led_today, began, today, sees_progress)


@bp.get("/classes/<uuid:class_id>/after/<id>")
@staff_required()
def after(class_id: uuid.UUID, id: str) -> ResponseReturnValue:
    """The page after a led lesson: sign the attendance and, for those who may see it, how the children get on."""
    asked, site = _asked_lesson(class_id, id), current_site()
    if not asked.may_look:
        return redirect(url_for("windows.show", class_id=class_id))
    found = after_lesson(school(), asked.held, site.quizzes, site.misconceptions, asked.done)
    return render_template(
        "oversight/after.html",
        group=asked.group,
        lesson=asked.lesson,
        found=found,
        may_sign=asked.may_sign,
        sees_progress=asked.sees_progress,
    )


@bp.post("/classes/<uuid:class_id>/after/<id>")
@staff_required()
def sign_for_class(class_id: uuid.UUID, id: str) -> ResponseReturnValue:
    """Store the attendance that this adult signs."""
    asked = _asked_lesson(class_id, id)
    if not asked.may_look:
        return redirect(url_for("windows.show", class_id=class_id), 303)
    if not asked.may_sign:
        raise NotFound
    pupils = present_pupils(school(), asked.group)
    ticked = set(request.form.getlist("here"))
    here = {pupil.id for pupil in pupils if pupil.id.hex in ticked}
    sign_attendance(school(), signed_in_staff(), asked.held, pupils, here)
    if here:
        forget_stop(school(), asked.group, asked.lesson)
    school().commit()
    if here:
        flash(_("Signed: %(number)d of %(total)d were there.", number=len(here), total=len(pupils)))
    else:
        flash(_("Nobody is ticked, so it does not count as done together."))
    return redirect(url_for(".after", class_id=class_id, id=id), 303)
