"""The Principal's register: every incident by number, kind, level and state, never with its words."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.incidents.blueprint import bp
from kiosk.incidents.case.checklist import log_of
from kiosk.incidents.export.register import (
    PAGE_ROWS,
    counter_sign,
    counter_sign_due,
    last_counter_signed,
    lines_to_sign,
    register,
    scope_for,
)
from kiosk.incidents.kind_words import ACTS, KINDS, LEVELS, OUTCOMES
from kiosk.incidents.models import Act
from kiosk.report.access.routes import ROUTES
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import date_words

IN_COLUMNS = (Act.OPENED, Act.CLOSED)  # the table has other columns for these
LOGS = {"bullying-log": N_("Bullying log"), "protection-log": N_("Child protection log")}


@bp.get("/incidents/register")
@staff_required(Role.PRINCIPAL, Role.CHAIR)
def show_register() -> ResponseReturnValue:
    """The register of incidents, newest first, a hundred on a page."""
    page = request.args.get("page", 1, type=int)
    staff, site = signed_in_staff(), current_site()
    scope = scope_for(reports(), school(), staff)
    found = register(reports(), school(), staff, site.key, scope, page)
    today = site.today()
    rows = [
        {
            "number": row.incident.number,
            "level": row.incident.level,
            "level_words": _(LEVELS[row.incident.level]),
            "kind": _(KINDS[ROUTES[row.incident.route].id]),
            "opened": date_words(site.local(row.incident.opened_at).date(), today),
            "state": _(OUTCOMES[row.incident.outcome]) if row.incident.outcome else "",
            "acts": ", ".join(_(ACTS[act].listed) for act in row.acts if act not in IN_COLUMNS),
            "goes_into": _(LOGS[log]) if (log := log_of(row.incident.route)) else "",
            "entered_url": url_for(".show_to_do", number=row.incident.number, _anchor=f"do-{log}")
            if log and row.readable
            else "",
            "url": url_for(".show", number=row.incident.number) if row.readable else "",
            "aside": row.aside,
        }
        for row in found[:PAGE_ROWS]
    ]
    older = url_for(".show_register", page=max(page, 1) + 1) if len(found) > PAGE_ROWS else ""
    last = last_counter_signed(school(), staff, site.key)
    signed = site.local(last).date() if last else None
    due = counter_sign_due(staff, signed, today, site.term_began())
    # The chair signs by the term alone: that somebody reads in the log when they do tells nothing of what has come.
    to_sign = lines_to_sign(school(), scope, last) if due or Role.PRINCIPAL in staff.roles else 0
    return render_template(
        "incidents/export/register.html",
        rows=rows,
        older_url=older,
        now=now_utc().isoformat(),
        due=due,
        to_sign=to_sign,
        signed=date_words(signed, today) if signed else "",
    )


@bp.post("/incidents/register")
@staff_required(Role.PRINCIPAL, Role.CHAIR)
def sign_register() -> ResponseReturnValue:
    """Counter-sign the new lines of the register."""
    try:
        counter_sign(school(), acting_staff(), request.form.get("until", ""))
    except ValueError:
        raise BadRequest from None  # no button of ours sends that
    school().commit()
    flash(_("Counter-signed. It stands in the log of powers."))
    return redirect(url_for(".show_register"))
