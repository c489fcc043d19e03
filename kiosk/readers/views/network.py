"""Who looks after the network: a role that reads nothing, changed by one person with a password."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import acting, staff_required
from kiosk.accounts.roles import field_name, held_roles, problems_of, read_roles, save_roles
from kiosk.accounts.staff import present_staff
from kiosk.accounts.views.confirming import check_password
from kiosk.accounts.views.telling import tell_of_power
from kiosk.forms import FormErrors
from kiosk.readers.views.blueprint import bp
from kiosk.roles import Role
from kiosk.stores import school

NETWORK_FIELDS = tuple(field_name(Role.NETWORK, deputy) for deputy in (False, True))


@bp.get("/roles/network")
@staff_required(Role.NETWORK, Role.PRINCIPAL)
def network_form() -> ResponseReturnValue:
    """The form for the network manager and the deputy."""
    held = held_roles(school())
    values = {
        field_name(Role.NETWORK, deputy): next((one.hex for one in held[Role.NETWORK, deputy]), "")
        for deputy in (False, True)
    }
    return _page(values, FormErrors())


@bp.post("/roles/network")
@staff_required(Role.NETWORK, Role.PRINCIPAL)
def save_network() -> ResponseReturnValue:
    """Save who looks after the network."""
    values = {name: request.form.get(name, "") for name in NETWORK_FIELDS}
    chosen, errors = held_roles(school()), FormErrors()
    typed = read_roles(values, [person.id for person in present_staff(school())])
    for deputy in (False, True):
        chosen[Role.NETWORK, deputy] = typed[Role.NETWORK, deputy]
    errors.add_all(
        (field_name(one.role, one.deputy), one.message)
        for one in problems_of(chosen)
        if one.role is Role.NETWORK
    )
    if not errors and (error := check_password(request.form.get("password", ""))[1]):
        errors.add("password", error)
    if errors:
        return _page(values, errors), 422
    save_roles(school(), acting(), chosen, Role.NETWORK)
    tell_of_power()  # as one person is enough for it
    school().commit()
    flash(_("Saved."))
    return redirect(url_for(".show_roles"), 303)


def _page(values: dict[str, str], errors: FormErrors) -> str:
    people = [("", _("Nobody yet")), *((person.id.hex, person.name) for person in present_staff(school()))]
    return render_template("readers/network.html", values=values, errors=errors, people=people)
