"""Several teachers a class: added and taken away on its page by those who open every class."""

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import OPEN_EVERY_CLASS
from kiosk.accounts.classes.class_teachers import add_teacher, may_add, remove_teacher
from kiosk.accounts.classes.views.windows import class_page, own_class
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.web.errors import or_404
from kiosk.web.forms import id_of
from kiosk.web.request_sessions import school

bp = Blueprint("class_teachers", __name__, url_prefix="/staff/classes/<uuid:class_id>/teachers")


@bp.post("")
@staff_required(*OPEN_EVERY_CLASS)
@password_again()
def add(class_id: uuid.UUID) -> ResponseReturnValue:
    """Let one more colleague teach the class."""
    group = own_class(class_id)
    colleague = id_of(request.form.get("colleague", ""))
    if colleague and not may_add(signed_in_staff(), colleague):
        error = _("Ask the e-Safety Coordinator or the principal to give you this class.")
        return class_page(group, teachers_error=error), 422
    added = add_teacher(school(), acting_staff(), group, colleague) if colleague else None
    if added is None:
        return class_page(group, teachers_error=_("Choose a colleague who teaches.")), 422
    school().commit()
    flash(_("%(name)s teaches %(class_name)s now.", name=added.name, class_name=group.name))
    return redirect(url_for("windows.show", class_id=class_id) + "#teachers", 303)


@bp.post("/<uuid:staff_id>/remove")
@staff_required(*OPEN_EVERY_CLASS)
@password_again()
def remove(class_id: uuid.UUID, staff_id: uuid.UUID) -> ResponseReturnValue:
    """Take the class away from one of its teachers; adding them again undoes it."""
    group = own_class(class_id)
    removed = or_404(remove_teacher(school(), acting_staff(), group, staff_id))
    school().commit()
    flash(_("%(name)s no longer teaches %(class_name)s.", name=removed.name, class_name=group.name))
    return redirect(url_for("windows.show", class_id=class_id) + "#teachers", 303)
