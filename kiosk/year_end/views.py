"""The end of a school year on two pages: what becomes of each class, and what that would do, before it is done."""

from hashlib import blake2b
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import acting_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.staff.views.people import ROLES_ALLOWED
from kiosk.audit.log import LogAct, LogEntry, lines
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import day_and_year
from kiosk.year_end.ending import end_year, lock_classes
from kiosk.year_end.plan import YearPlan, plan_year_end
from kiosk.year_end.wishes import Becomes, Teachers, Wish, classes_now, read_wishes, suggest_wishes

PHRASE = N_("end the year")
BECOMES_WORDS = {
    Becomes.UP: N_("Moves up"),
    Becomes.LEAVES: N_("Leaves the school"),
    Becomes.STAYS: N_("Stays as it is"),
}
TEACHERS_WORDS = {
    Teachers.NAME: N_("They teach the next class of the same name"),
    Teachers.CHILDREN: N_("They go on with the same children"),
    Teachers.NOBODY: N_("Nobody teaches a class until the roster says so"),
}

bp = Blueprint("year_end", __name__, url_prefix="/staff/year-end")


@bp.get("")
@staff_required(*ROLES_ALLOWED)
def show() -> ResponseReturnValue:
    """Every class with what could become of it."""
    return _wishes_form(suggest_wishes(classes_now(school())), Teachers.NAME)


@bp.post("")
@staff_required(*ROLES_ALLOWED)
def preview() -> ResponseReturnValue:
    """What this would do, in numbers; nothing is written."""
    plan, wishes = _plan_from_form()
    if plan.problems:
        return _wishes_form(wishes, plan.teachers, plan), 422
    return _preview_page(plan)


@bp.post("/confirm")
@staff_required(*ROLES_ALLOWED)
@password_again()
def confirm() -> ResponseReturnValue:
    """Do what was shown, in one transaction; if the school changed meanwhile, show the new numbers instead."""
    lock_classes(school())
    plan, wishes = _plan_from_form()
    if plan.problems:
        return _wishes_form(wishes, plan.teachers, plan), 409
    if plan.open_classes:
        return _preview_page(plan), 409
    if _plan_digest(plan) != request.form.get("mark"):
        return _preview_page(plan, _("Something changed since this was shown. Please look again.")), 409
    if " ".join(request.form.get("phrase", "").casefold().split()) != _(PHRASE).casefold():
        return _preview_page(plan, _("Type the three words as they stand there."), "#phrase"), 422
    end_year(school(), plan, current_site().today(), current_site().lessons)
    acting_staff().note(
        school(),
        LogAct.YEAR_ENDED,
        up=plan.pupils(Becomes.UP),
        left=plan.pupils(Becomes.LEAVES),
        deleted=plan.gone,
    )
    school().commit()
    flash(
        _(
            "The year has ended. Look at the teachers of each class, and print keys where children need new ones."
        )
    )
    return redirect(url_for("people.index"), 303)


def _plan_from_form() -> tuple[YearPlan, list[Wish]]:
    wishes = read_wishes(classes_now(school()), request.form)
    asked = request.form.get("teachers", "")
    teachers = Teachers(asked) if asked in set(Teachers) else Teachers.NAME
    return plan_year_end(school(), wishes, teachers, current_site().today(), now_utc()), wishes


def _wishes_form(wishes: list[Wish], teachers: Teachers, plan: YearPlan | None = None) -> str:
    problems = plan.problems if plan else ()
    return render_template(
        "year_end/form.html",
        wishes=wishes,
        becomes=[(one.value, _(words)) for one, words in BECOMES_WORDS.items()],
        teachers=[(one.value, _(words)) for one, words in TEACHERS_WORDS.items()],
        chosen_teachers=teachers.value,
        problems=[(f"#{one.field}", _(one.message.text, **one.message.values)) for one in problems],
        errors={one.field: _(one.message.text, **one.message.values) for one in problems},
        before=_last_ended_day(),
    )


def _preview_page(plan: YearPlan, error: str = "", field: str = "#confirm") -> str:
    return render_template(
        "year_end/preview.html",
        plan=plan,
        Becomes=Becomes,
        becomes_words=BECOMES_WORDS,
        teachers=_(TEACHERS_WORDS[plan.teachers]),
        carried=_carried_fields(plan),
        mark=_plan_digest(plan),
        phrase=_(PHRASE),
        error=(field, error) if error else (),
        before=_last_ended_day(),
    )


def _carried_fields(plan: YearPlan) -> list[tuple[str, Any]]:
    """The form as it was filled in, for the second page."""
    carried: list[tuple[str, Any]] = [("teachers", plan.teachers.value)]
    for step in plan.steps:
        here = step.class_id.hex
        carried += [
            (f"becomes-{here}", step.becomes.value),
            (f"name-{here}", step.name),
            (f"year-{here}", step.year),
        ]
    return carried


def _last_ended_day() -> str:
    """The day on which a year was last ended here; "" for never."""
    found = _last_end()
    return day_and_year(current_site().local(found.at).date()) if found else ""


def _last_end() -> LogEntry | None:
    """The line of the log of the last end of a year."""
    return next(iter(lines(school(), acts=(LogAct.YEAR_ENDED,), limit=1)), None)


def _plan_digest(plan: YearPlan) -> str:
    """A digest of the plan that a page shows: the form is refused if the plan changed or a year ended since then."""
    last = _last_end()
    return blake2b(repr((plan, last.seq if last else 0)).encode(), digest_size=16).hexdigest()
