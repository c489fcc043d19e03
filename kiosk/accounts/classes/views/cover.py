"""Cover a class today: choose the class, say so, and it is open; and ending somebody's cover before the day does."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.cover import (
    class_to_cover,
    class_to_lead,
    classes_to_cover,
    end_cover,
    take_cover,
)
from kiosk.accounts.classes.views.windows import class_of_today, open_for, own_class
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.web.errors import NotFound, or_404
from kiosk.web.request_sessions import school

bp = Blueprint("cover", __name__, url_prefix="/staff")


@bp.get("/cover")
@staff_required(Role.TEACHER)
def choose() -> ResponseReturnValue:
    """The classes of colleagues, to choose the one to cover."""
    groups = classes_to_cover(school(), signed_in_staff(), current_site().today())
    return render_template("accounts/classes/cover.html", groups=groups)


@bp.get("/cover/<uuid:class_id>")
@staff_required()
def confirm(class_id: uuid.UUID) -> ResponseReturnValue:
    """What covering this class means, before anything is done; the square on a cover sheet leads here.

    Whoever may lead the class already goes on to leading it.
    """
    staff, today = signed_in_staff(), current_site().today()
    if class_to_lead(school(), staff, class_id, today):
        return redirect(url_for("leading.show", class_id=class_id))
    group = or_404(class_to_cover(school(), staff, class_id, today))
    return render_template("accounts/classes/cover_one.html", group=group)


@bp.post("/cover/<uuid:class_id>")
@staff_required(Role.TEACHER)
def take(class_id: uuid.UUID) -> ResponseReturnValue:
    """Cover the class until the day ends, and open it; somebody who covers it already goes to it."""
    staff, today = signed_in_staff(), current_site().today()
    group = class_to_cover(school(), staff, class_id, today)
    if group is None:
        return redirect(url_for("windows.show", class_id=class_of_today(class_id).id), 303)
    open_for(group)  # a class that is open keeps whoever opened it as witness until its cover leads it
    take_cover(school(), acting_staff(), staff, group, today)
    school().commit()
    return redirect(url_for("windows.show", class_id=class_id), 303)


@bp.post("/classes/<uuid:class_id>/cover/<uuid:staff_id>/end")
@staff_required()
def end(class_id: uuid.UUID, staff_id: uuid.UUID) -> ResponseReturnValue:
    """End a cover of today: one's own, or anybody's of a class that one looks after."""
    is_mine = staff_id == signed_in_staff().id
    group = class_of_today(class_id) if is_mine else own_class(class_id)
    if not end_cover(school(), acting_staff(), group, staff_id, current_site().today()):
        raise NotFound
    school().commit()
    flash(_("The cover of %(name)s has ended.", name=group.name))
    return redirect(url_for("staff.home") if is_mine else url_for("windows.show", class_id=class_id), 303)
