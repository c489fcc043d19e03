"""Classes: open and close them, see who has to wait, and go on to keys and completion."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes import access
from kiosk.accounts.classes.class_teachers import colleagues_to_add, may_add, teachers_of
from kiosk.accounts.classes.cover import (
    class_to_lead,
    class_to_read_adjustments,
    covered_classes,
    covers_of,
    may_take_cover,
    witness_if_cover,
)
from kiosk.accounts.classes.pupil_keys import clear_wait, clear_waits, waiting_names
from kiosk.accounts.classes.windows import (
    LONGEST_MINUTES,
    OpenFor,
    close_window,
    code_picture,
    open_window,
    open_windows,
    window_of,
)
from kiosk.accounts.models import ClassGroup, ClassWindow, StaffMember
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.bands import Band
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import or_404
from kiosk.web.forms import number_of
from kiosk.web.request_sessions import school
from kiosk.wording.messages import Refused, say

MINUTES_OFFERED = (30, 45, 60, LONGEST_MINUTES)
MINUTES_FIRST = 60

bp = Blueprint("windows", __name__, url_prefix="/staff/classes")


def own_class(class_id: uuid.UUID) -> ClassGroup:
    """The class in the address, if it is this person's to look after; raises NotFound for anybody else.

    Somebody who covers it for the day is anybody else here.
    """
    return or_404(access.class_to_open(school(), signed_in_staff(), class_id))


def class_of_today(class_id: uuid.UUID) -> ClassGroup:
    """The class in the address, if this person may lead it today, also as cover; raises NotFound for anybody else."""
    return or_404(class_to_lead(school(), signed_in_staff(), class_id, current_site().today()))


@bp.get("/")
@staff_required()
def index() -> ResponseReturnValue:
    """My classes, or every class for staff who look after all of them."""
    staff, today = signed_in_staff(), current_site().today()
    covered = covered_classes(school(), staff, today)
    groups = [*access.classes_to_open(school(), staff), *covered]
    windows = open_windows(school(), groups, now_utc())
    sizes = access.class_sizes(school(), [group.id for group in groups])
    rows = [(group, sizes[group.id], windows.get(group.id), group in covered) for group in groups]
    return render_template(
        "accounts/classes/classes.html", rows=rows, local=current_site().local, covers=may_take_cover(staff)
    )


@bp.get("/<uuid:class_id>")
@staff_required()
def show(class_id: uuid.UUID) -> ResponseReturnValue:
    """One class: its window with the code, its children, and who must wait."""
    return class_page(class_of_today(class_id))


@bp.post("/<uuid:class_id>/open")
@staff_required()
def open_class(class_id: uuid.UUID) -> ResponseReturnValue:
    """Open the class, or give it more time."""
    group = class_of_today(class_id)
    try:
        minutes = number_of(request.form.get("minutes", ""), 4)
        witness_if_cover(school(), signed_in_staff(), open_for(group, minutes))
    except Refused as refused:
        return class_page(group, say(refused.message)), 422
    school().commit()
    return redirect(url_for(".show", class_id=class_id), 303)


@bp.post("/<uuid:class_id>/close")
@staff_required()
def close_class(class_id: uuid.UUID) -> ResponseReturnValue:
    """Close the class: everybody who joined by it is signed out at once."""
    group = class_of_today(class_id)
    window = window_of(school(), group, now_utc())
    if window:
        close_window(school(), window)
        school().commit()
        flash(_("%(name)s is closed. Every pupil is signed out.", name=group.name))
    return redirect(url_for(".show", class_id=class_id), 303)


@bp.post("/<uuid:class_id>/pupils/<uuid:pupil_id>/clear")
@staff_required()
def clear(class_id: uuid.UUID, pupil_id: uuid.UUID) -> ResponseReturnValue:
    """Let a child who must wait try again at once."""
    group = class_of_today(class_id)
    pupil = or_404(access.find_pupil(school(), group, pupil_id))
    window = window_of(school(), group, now_utc())
    if window:
        clear_wait(school(), window, pupil)
        school().commit()
        flash(_("%(name)s can try again now.", name=pupil.first_name))
    return redirect(url_for(".show", class_id=class_id), 303)


@bp.post("/<uuid:class_id>/clear")
@staff_required()
def clear_all(class_id: uuid.UUID) -> ResponseReturnValue:
    """Let everybody of a class try again at once."""
    group = class_of_today(class_id)
    window = window_of(school(), group, now_utc())
    if window:
        clear_waits(school(), window)
        school().commit()
        flash(_("Everybody in %(name)s can try again now.", name=group.name))
    return redirect(url_for(".show", class_id=class_id), 303)


def open_for(group: ClassGroup, minutes: int = MINUTES_FIRST) -> ClassWindow:
    """Open a class for the person of this request, or give it more time; raises Refused for a time that will not do."""
    site = current_site()
    return open_window(
        school(), signed_in_staff(), group, OpenFor(minutes, now_utc(), site.today()), site.pictures.keys
    )


def window_now(group: ClassGroup) -> ClassWindow:
    """The open window of a class, which is opened where it is closed; whoever covers it is its witness from now on."""
    window = window_of(school(), group, now_utc()) or open_for(group)
    witness_if_cover(school(), signed_in_staff(), window)
    return window


def class_page(group: ClassGroup, error: str = "", teachers_error: str = "") -> str:
    """The page of a class, with what to correct about its time or its teachers."""
    now, staff, today = now_utc(), signed_in_staff(), current_site().today()
    is_own = access.may_open_class(school(), staff, group)
    may_change, teachers = access.opens_every_class(staff), teachers_of(school(), group)
    adjusts = access.class_for_adjustments(school(), staff, group.id) is not None
    window = window_of(school(), group, now)
    return render_template(
        "accounts/classes/class.html",
        group=group,
        pupils=access.present_pupils(school(), group),
        window=window,
        code_picture=code_picture(window.code) if window else "",
        waiting=waiting_names(school(), window, now) if window else {},
        has_keys=group.band != Band.KS1,
        adjusts=adjusts,
        sees_adjustments=adjusts or class_to_read_adjustments(school(), staff, group.id, today) is not None,
        minutes=[(str(number), _("%(number)d minutes", number=number)) for number in MINUTES_OFFERED],
        minutes_first=str(MINUTES_FIRST),
        address=current_site().config.public_url.split("://")[-1] + url_for("learn.join_form"),
        local=current_site().local,
        sees_progress=access.class_to_look_at(school(), staff, group.id) is not None,
        is_own=is_own,
        teachers=teachers,
        covers=covers_of(school(), group, today),
        today=today,
        may_change_teachers=may_change,
        colleagues_offered=[("", _("Choose a colleague")), *_teachers_to_add(teachers, staff)]
        if may_change
        else [],
        me_id=staff.id,
        teachers_error=teachers_error,
        error=error,
    )


def _teachers_to_add(teachers: list[StaffMember], staff: StaffMember) -> list[tuple[str, str]]:
    found = colleagues_to_add(school(), teachers)
    return [(one.id.hex, one.name) for one in found if may_add(staff, one.id)]
