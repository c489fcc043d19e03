"""Roles: a holder and a deputy for each of them; those that read no report are changed by one person alone."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import acting_staff, may_open, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import check_password, password_again
from kiosk.accounts.sign_in.views.mails import mail_role_holders
from kiosk.accounts.staff.people import hold_staff, is_absent, present_staff
from kiosk.accounts.staff.roles import (
    RoleAssignment,
    RoleProblem,
    field_name,
    held_roles,
    new_problems,
    problems_of,
    read_roles,
    save_roles,
)
from kiosk.incidents.kind_words import WHAT_ROLES_DO
from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.views.handing_over import planned_parts
from kiosk.readers.proposals.views.proposal_words import proposal_parts
from kiosk.readers.proposals.views.propose import PROPOSERS
from kiosk.readers.recovery.setup import was_opened
from kiosk.readers.signed_list.recipients import sync_readers
from kiosk.readers.signed_list.views.request_list import current_chain
from kiosk.roles import HELD_ROLES, PLAIN_ROLES, READING_ROLES, Role
from kiosk.site import current_site
from kiosk.web.errors import NotAllowed
from kiosk.web.forms import FormErrors
from kiosk.web.request_sessions import commit_both, reports, school
from kiosk.wording.words import date_words, role_words

PLAIN = f"<any({', '.join(PLAIN_ROLES)}):role>"


@bp.get("/roles")
@staff_required(*PROPOSERS)
def show_roles() -> ResponseReturnValue:
    """Every role with its holders and deputies; once children use the report page, also what is proposed."""
    if was_opened(school(), reports()):
        return _roles_table()
    return _roles_page(held_roles(school()))


@bp.post("/roles")
@staff_required(Role.NETWORK, Role.PRINCIPAL)
@password_again()
def save() -> ResponseReturnValue:
    """Save every role at once, which is right only until children use the report page (promise G4).

    Says beside each field what to correct; then tells the report zone who reads.
    """
    if was_opened(school(), reports()):
        flash(_("Roles that read reports are changed one at a time now, and a second reader confirms it."))
        return redirect(url_for(".show_roles"), 303)
    hold_staff(school())
    chosen = read_roles(request.form, [person.id for person in present_staff(school())])
    problems = problems_of(chosen)
    if problems:
        return _roles_page(chosen, problems), 422
    save_roles(school(), acting_staff(), chosen)
    sync_readers(school(), reports(), current_site().today())
    commit_both()
    flash(_("Saved. Children see these names on the report page from now on."))
    return redirect(url_for(".show_roles"))


def _roles_table() -> str:
    """The table of roles as the page shows it, with every open proposal."""
    people = {person.id: person for person in present_staff(school())}
    held, today, rows = held_roles(school()), current_site().today(), []
    for role in HELD_ROLES:
        holders, deputies = (
            [people[id] for id in held[role, deputy] if id in people] for deputy in (False, True)
        )
        rows.append(
            {
                "title": role_words(role),
                "does": _(WHAT_ROLES_DO[role]),
                "holders": ", ".join(person.name for person in holders) or _("Nobody"),
                "deputies": ", ".join(person.name for person in deputies) or _("Nobody"),
                "away": ", ".join(
                    _("%(name)s, until %(day)s", name=person.name, day=date_words(person.away_until, today))
                    for person in [*holders, *deputies]
                    if person.away_until and is_absent(person, today)
                ),
                "url": _change_url(role),
            }
        )
    return render_template(
        "readers/proposals/roles_table.html",
        roles=rows,
        proposals=proposal_parts(current_chain(), signed_in_staff()),
        planned=planned_parts(),
    )


def _change_url(role: Role) -> str:
    """The address at which a change of this role is proposed; empty where this person may not propose one."""
    if role in READING_ROLES:
        return url_for(".propose_form", role=role.value)
    return (
        url_for(".plain_form", role=role.value) if may_open(signed_in_staff(), "readers.plain_form") else ""
    )


def _roles_page(chosen: RoleAssignment, problems: Sequence[RoleProblem] = ()) -> str:
    people = [("", _("Nobody yet")), *((person.id.hex, person.name) for person in present_staff(school()))]
    errors = FormErrors()
    errors.add_all((field_name(one.role, one.deputy), one.message) for one in problems)
    roles = []
    for role in HELD_ROLES:
        places = []
        for deputy, label in ((False, _("Holder")), (True, _("Deputy"))):
            people_there, name = chosen[role, deputy], field_name(role, deputy)
            places.append(
                {
                    "id": name,
                    "label": label,
                    "value": people_there[0].hex if people_there else "",
                    "error": errors.for_field(name),
                }
            )
        roles.append({"title": role_words(role), "does": _(WHAT_ROLES_DO[role]), "places": places})
    return render_template(
        "readers/proposals/roles.html", roles=roles, people=people, errors=errors.summary()
    )


@bp.get(f"/roles/{PLAIN}")
@staff_required(Role.NETWORK, Role.PRINCIPAL)
def plain_form(role: str) -> ResponseReturnValue:
    """The form for who holds a role that reads no report, and for the deputy."""
    held, which = held_roles(school()), Role(role)
    values = {
        field_name(which, deputy): next((one.hex for one in held[which, deputy]), "")
        for deputy in (False, True)
    }
    return _plain_page(which, values, FormErrors())


@bp.post(f"/roles/{PLAIN}")
@staff_required(Role.NETWORK, Role.PRINCIPAL)
def save_plain(role: str) -> ResponseReturnValue:
    """Save who holds a role that reads no report."""
    which = Role(role)
    values = {
        name: request.form.get(name, "") for name in (field_name(which, deputy) for deputy in (False, True))
    }
    chosen, errors = _plain_chosen(which, values)
    if not errors and (error := check_password(request.form.get("password", ""))[1]):
        errors.add("password", error)
    if not errors:  # others may have left, or frozen a key, while the password was compared
        hold_staff(school())
        if signed_in_staff().frozen_on:
            raise NotAllowed
        chosen, errors = _plain_chosen(which, values)
    if errors:
        return _plain_page(which, values, errors), 422
    save_roles(school(), acting_staff(), chosen, which)
    mail_role_holders()  # because one person is enough for this role
    school().commit()
    flash(_("Saved."))
    return redirect(url_for(".show_roles"), 303)


def _plain_chosen(which: Role, values: dict[str, str]) -> tuple[RoleAssignment, FormErrors]:
    """Every role as it would be with these for one of them, and what is to be corrected."""
    chosen, errors = held_roles(school()), FormErrors()
    typed = read_roles(values, [person.id for person in present_staff(school())])
    for deputy in (False, True):
        chosen[which, deputy] = typed[which, deputy]
    errors.add_all(
        (field_name(one.role, one.deputy), one.message)
        for one in new_problems(held_roles(school()), chosen)
        if one.role is which
    )
    return chosen, errors


def _plain_page(which: Role, values: dict[str, str], errors: FormErrors) -> str:
    people = [("", _("Nobody yet")), *((person.id.hex, person.name) for person in present_staff(school()))]
    return render_template(
        "readers/proposals/plain_role.html",
        role=which,
        title=role_words(which),
        does=_(WHAT_ROLES_DO[which]),
        values=values,
        errors=errors,
        people=people,
    )
