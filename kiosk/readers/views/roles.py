"""Roles: a holder and a deputy for each of them."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import staff_required
from kiosk.accounts.roles import (
    Chosen,
    RoleProblem,
    field_name,
    held_roles,
    problems_of,
    read_roles,
    save_roles,
)
from kiosk.accounts.staff import present_staff
from kiosk.forms import FormErrors
from kiosk.incidents.views.words import WHAT_ROLES_DO
from kiosk.readers.ring import sync_readers
from kiosk.readers.views.blueprint import bp
from kiosk.roles import HELD_ROLES, Role
from kiosk.stores import reports, school
from kiosk.words import role_words


@bp.get("/roles")
@staff_required(Role.NETWORK, Role.PRINCIPAL)
def show_roles() -> ResponseReturnValue:
    """Every role with its holder and deputy."""
    return _page(held_roles(school()))


@bp.post("/roles")
@staff_required(Role.NETWORK, Role.PRINCIPAL)
def save() -> ResponseReturnValue:
    """Save every role, or say beside each field what to correct; then tell the report zone who reads."""
    chosen = read_roles(request.form, [person.id for person in present_staff(school())])
    problems = problems_of(chosen)
    if problems:
        return _page(chosen, problems), 422
    save_roles(school(), chosen)
    sync_readers(school(), reports())
    school().commit()
    reports().commit()
    flash(_("Saved. Children see these names on the report page from now on."))
    return redirect(url_for(".show_roles"))


def _page(chosen: Chosen, problems: Sequence[RoleProblem] = ()) -> str:
    people = [("", _("Nobody yet")), *((person.id.hex, person.name) for person in present_staff(school()))]
    errors = FormErrors()
    errors.add_all((field_name(one.role, one.deputy), one.message) for one in problems)
    roles = []
    for role in HELD_ROLES:
        places = []
        for deputy, label in ((False, _("Holder")), (True, _("Deputy"))):
            person, name = chosen[role, deputy], field_name(role, deputy)
            places.append(
                {
                    "id": name,
                    "label": label,
                    "value": person.hex if person else "",
                    "error": errors.for_field(name),
                }
            )
        roles.append({"title": role_words(role), "does": _(WHAT_ROLES_DO[role]), "places": places})
    return render_template("readers/roles.html", roles=roles, people=people, errors=errors.summary())
