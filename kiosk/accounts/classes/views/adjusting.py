"""The adjustments of a class: what is set for whom, and a form of six boxes for each child."""

import uuid
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import class_for_adjustments, find_pupil
from kiosk.accounts.classes.adjusting import adjusted_pupils, set_adjustments
from kiosk.accounts.classes.cover import class_to_read_adjustments
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.adjustments import (
    IDLE_MINUTES,
    LONGER_IDLE_MINUTES,
    NONE_SET,
    Adjustments,
    adjustments_named,
    read_adjustments,
)
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.request_sessions import school

FIELD, SHOWN = "set", "shown"
KNOWN = frozenset(str(number) for number in range(1 << len(NONE_SET)))

bp = Blueprint("adjusting", __name__, url_prefix="/staff/classes/<uuid:class_id>")


@dataclass(frozen=True)
class Choice:
    """One thing that can be set, in words."""

    name: str
    title: str
    effect: str


@bp.get("/adjustments")
@staff_required()
def index(class_id: uuid.UUID) -> ResponseReturnValue:
    """The adjustments of each child of a class, for whoever teaches it today; who covers the class changes nothing."""
    staff = signed_in_staff()
    group = or_404(class_to_read_adjustments(school(), staff, class_id, current_site().today()))
    choices = adjustment_choices()
    rows = [(one.pupil, _chosen_titles(one.adjustments, choices)) for one in adjusted_pupils(school(), group)]
    return render_template(
        "accounts/classes/adjustments.html",
        group=group,
        rows=rows,
        set_for=sum(bool(titles) for _pupil, titles in rows),
        choices=choices,
        may_change=class_for_adjustments(school(), staff, class_id) is not None,
    )


@bp.get("/pupils/<uuid:pupil_id>/adjustments")
@staff_required()
def show(class_id: uuid.UUID, pupil_id: uuid.UUID) -> ResponseReturnValue:
    """The boxes for one child, as they are set now."""
    group = _own_class(class_id)
    pupil = _pupil_or_404(group, pupil_id)
    return _adjustments_form(group, pupil, read_adjustments(pupil.adjustments))


@bp.post("/pupils/<uuid:pupil_id>/adjustments")
@staff_required()
def save(class_id: uuid.UUID, pupil_id: uuid.UUID) -> ResponseReturnValue:
    """Save the ticked adjustments of a child; if a colleague has changed them meanwhile, show that first."""
    group = _own_class(class_id)
    pupil = _pupil_or_404(group, pupil_id)
    adjustments = adjustments_named(request.form.getlist(FIELD))
    shown = request.form.get(SHOWN, "0")
    if not set_adjustments(school(), pupil, adjustments, int(shown) if shown in KNOWN else 0):
        return _adjustments_form(group, pupil, adjustments, changed=True), 409
    name = pupil.first_name
    school().commit()
    if titles := _chosen_titles(adjustments, adjustment_choices()):
        flash(_("Saved for %(name)s: %(what)s.", name=name, what=", ".join(titles)))
    else:
        flash(_("Saved. Nothing is set for %(name)s now.", name=name))
    return redirect(url_for(".index", class_id=class_id), 303)


def _adjustments_form(group: ClassGroup, pupil: Pupil, ticked: Adjustments, changed: bool = False) -> str:
    choices = adjustment_choices()
    return render_template(
        "accounts/classes/adjust.html",
        group=group,
        pupil=pupil,
        field=FIELD,
        shown=(SHOWN, pupil.adjustments),
        changed=changed,
        now_set=", ".join(_chosen_titles(read_adjustments(pupil.adjustments), choices)),
        choices=[(choice, getattr(ticked, choice.name)) for choice in choices],
    )


def _own_class(class_id: uuid.UUID) -> ClassGroup:
    """The class in the address, if this person may set things for its children; raises NotFound for anybody else."""
    return or_404(class_for_adjustments(school(), signed_in_staff(), class_id))


def _pupil_or_404(group: ClassGroup, pupil_id: uuid.UUID) -> Pupil:
    return or_404(find_pupil(school(), group, pupil_id))


def _chosen_titles(adjustments: Adjustments, choices: list[Choice]) -> list[str]:
    return [choice.title for choice in choices if getattr(adjustments, choice.name)]


def adjustment_choices() -> list[Choice]:
    """Everything that can be set, in the order of the form."""
    return [
        Choice(
            "aloud",
            _("Read aloud"),
            _("Every card has an ear that reads it, in every year. It needs a tablet with a voice."),
        ),
        Choice(
            "simpler",
            _("Simpler text"),
            _(
                "What a page, a question or a rule of our Code says in fewer words comes first, in short sentences, "
                "with a picture at key words. All the words are a tap away. Help, reports and other pages stay as "
                "they are."
            ),
        ),
        Choice(
            "symbols",
            _("Pictures and symbols"),
            _("Pictures stand beside words wherever the lesson has them, in every year."),
        ),
        Choice(
            "larger",
            _("Larger text"),
            _("Words are half as large again. In Look and sound the child can change it."),
        ),
        Choice(
            "longer",
            _("More time"),
            _(
                "A tablet that nobody touches waits %(longer)d minutes and not %(usual)d before it clears the page, "
                "and asks two minutes before.",
                longer=LONGER_IDLE_MINUTES,
                usual=IDLE_MINUTES,
            ),
        ),
        Choice(
            "beside",
            _("Signs with an adult"),
            _(
                "The Code is signed as the youngest do it: with a mark, and whoever opened the class is written "
                "down as the adult who was there. Sit beside the child when it comes to that."
            ),
        ),
    ]
