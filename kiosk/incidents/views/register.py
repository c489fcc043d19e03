"""The Principal's register: every incident by number, kind, level and state, never with its words."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.incidents.models import Act
from kiosk.incidents.register import PAGE_ROWS, register
from kiosk.incidents.views.blueprint import bp
from kiosk.incidents.views.words import KINDS, LAST_ACTS, LEVELS, OUTCOMES
from kiosk.report.reading_routes import PRACTICE
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.stores import reports, school
from kiosk.words import date_words

IN_COLUMNS = (Act.OPENED, Act.CLOSED)  # the table has other columns for these


@bp.get("/incidents/register")
@staff_required(Role.PRINCIPAL)
def show_register() -> ResponseReturnValue:
    """The register, newest first, a hundred to a page."""
    page = request.args.get("page", 1, type=int)
    found = register(reports(), school(), signed_in_staff(), page)
    zone = current_site().calendar.zone
    today = now_utc().astimezone(zone).date()
    rows = [
        {
            "number": row.incident.number,
            "level": row.incident.level,
            "level_words": _(LEVELS[row.incident.level]),
            "kind": _(KINDS[row.incident.route]),
            "practice": row.incident.route == PRACTICE,  # shown too, so that no number is missing
            "opened": date_words(row.incident.opened_at.astimezone(zone).date(), today),
            "state": _(OUTCOMES[row.incident.outcome]) if row.incident.outcome else "",
            "acts": ", ".join(_(LAST_ACTS[act]) for act in row.acts if act not in IN_COLUMNS),
            "url": url_for(".show", number=row.incident.number) if row.readable else "",
            "aside": row.aside,
        }
        for row in found[:PAGE_ROWS]
    ]
    older = url_for(".show_register", page=max(page, 1) + 1) if len(found) > PAGE_ROWS else ""
    return render_template("incidents/register.html", rows=rows, older_url=older)
