"""Handing a case to the child protection file: say for what and to whom, confirm with the password, print or download.

Nothing of the file is shown before the log says that it went out.
"""

import json
import secrets
import uuid
from datetime import date, datetime
from typing import Any

from flask import Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.views.confirming import password_again
from kiosk.accounts.views.unlock import FIELD, POWER
from kiosk.db import now_utc
from kiosk.forms import WHOLE
from kiosk.incidents import filing
from kiosk.incidents.filing import FILE, QUESTIONS
from kiosk.incidents.forms import Filled, read_form
from kiosk.incidents.log import entries_of
from kiosk.incidents.models import Act
from kiosk.incidents.numbers import ABOUT_STAFF
from kiosk.incidents.views.answers import pieces
from kiosk.incidents.views.blueprint import NoSuchCase, bp
from kiosk.incidents.views.case import Case, case_or_404, log_reading
from kiosk.incidents.views.case_file import case_file
from kiosk.incidents.views.record_words import CHOICES, LABELS, choices_of
from kiosk.incidents.views.steps import fields_of
from kiosk.messages import N_
from kiosk.report.form import is_nonce
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.stores import commit_both, roll_back_both, school
from kiosk.words import day_and_weekday, moment, moment_words

LOOKED = "filing"  # in the session: which hand-over this browser was shown last, and may confirm


@bp.get("/incidents/<int:number>/file")
@staff_required(Role.DSL)
def show_filing(number: int) -> ResponseReturnValue:
    """What would go out; it asks for what and to whom, and hands over nothing."""
    return _write(_case(number))


@bp.post("/incidents/<int:number>/file")
@staff_required(Role.DSL)
def look_at_filing(number: int) -> ResponseReturnValue:
    """The second step: what is handed over to whom, and the password again; hands over nothing."""
    found = _case(number)
    filled, once = _sent()
    if filled.errors:
        return _write(found, filled), 422
    return _look(found, filled, once)


@bp.post("/incidents/<int:number>/file/hand-over")
@staff_required(Role.DSL)
def hand_over_file(number: int) -> ResponseReturnValue:
    """Hand it over once, however often the form comes: the log says so first, then the file is shown.

    The password that comes along was compared before this runs (`accounts.views.unlock`), a wrong one never gets here.
    """
    found = _case(number, held=True)
    filled, once = _sent()
    staff, incident = signed_in_staff(), found.incident
    id = filing.filing_id(current_site().key, incident, staff, once, filled.values)
    if filled.errors or session.get(LOOKED) != id.hex:
        filled.errors.add(
            WHOLE, N_("Nothing was handed over: this was not what you looked at last. Look again.")
        )
        roll_back_both()
        return _write(_case(number), filled), 409
    if not request.form.get(FIELD):
        roll_back_both()
        return _look(_case(number), filled, once, _("Type your password.")), 422
    if not filing.filed_line(school(), incident, id):
        now, values = now_utc(), filled.values
        file = case_file(found, entries_of(school(), incident.id), staff, now, values)
        filing.hand_to_file(school(), incident, staff, now, values, file, found.report.case_keys[0], id)
        commit_both()
    return redirect(url_for(".show_filed", number=number, filed_id=id))


@bp.get("/incidents/<int:number>/file/<uuid:filed_id>")
@staff_required(Role.DSL)
@password_again()
def show_filed(number: int, filed_id: uuid.UUID) -> ResponseReturnValue:
    """What went out, to print; reading it is a reading like any other."""
    found, file, digest = _filed(number, filed_id)
    content = json.loads(file)
    return render_template(
        "incidents/filed.html",
        number=found.incident.number,
        filed_id=filed_id,
        file=content,
        said=pieces(content["report"]["words"]),
        address=pieces(content["report"]["address"]),
        child_name=pieces(content["report"]["name"]),
        digest=digest,
        when=lambda text: moment(datetime.fromisoformat(text)),
        day_of=lambda text: day_and_weekday(date.fromisoformat(text)),
    )


@bp.get("/incidents/<int:number>/file/<uuid:filed_id>.json")
@staff_required(Role.DSL)
@password_again()
def download_filed(number: int, filed_id: uuid.UUID) -> ResponseReturnValue:
    """What went out, byte for byte, to keep; its name says the number alone."""
    found, file, _digest = _filed(number, filed_id)
    response = Response(file, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.incident.number:04}.json"'
    return response


def _case(number: int, held: bool = False) -> Case:
    """The case, for somebody who may hand it over; every other case is as if it were not there."""
    found = case_or_404(number, held)
    if not filing.can_be_filed(found.report, signed_in_staff().roles):
        raise NoSuchCase
    return found


def _filed(number: int, filed_id: uuid.UUID) -> tuple[Case, bytes, str]:
    found = _case(number)
    entry = filing.filed_line(school(), found.incident, filed_id)
    if entry is None:
        raise NoSuchCase
    file, digest = filing.filed_copy(school(), entry, found.report.case_keys)
    log_reading(found, now_utc())
    return found, file, digest


def _sent() -> tuple[Filled, str]:
    """The form as it came, and its random word; one without gets a new one, and has to be looked at."""
    once = request.form.get("once", "")
    return read_form(FILE, QUESTIONS, request.form, choices_of(FILE, {})), (
        once if is_nonce(once) else secrets.token_urlsafe(24)
    )


def _write(found: Case, filled: Filled | None = None) -> str:
    return render_template(
        "incidents/file.html",
        **_page(found),
        fields=list(fields_of(FILE, QUESTIONS, LABELS, choices_of(FILE, {}), filled)),
        before=_handed_before(found),
        errors=filled.errors.summary() if filled else [],
    )


def _handed_before(found: Case) -> list[tuple[str, str]]:
    """Each earlier hand-over in words, the newest first, and where to see what went out."""
    site, number = current_site(), found.incident.number
    lines = [line for line in entries_of(school(), found.incident.id) if line.act is Act.FILED]
    return [
        (
            f"{line.staff.name}, {moment_words(line.at, site.calendar, now_utc())}",
            url_for(".show_filed", number=number, filed_id=line.id),
        )
        for line in lines
    ]


def _look(found: Case, filled: Filled, once: str, error: str = "") -> str:
    staff = signed_in_staff()
    session[LOOKED] = filing.filing_id(current_site().key, found.incident, staff, once, filled.values).hex
    return render_template(
        "incidents/file_look.html",
        **_page(found),
        carried=[*filled.values.items(), ("once", once), (POWER, "yes")],
        asked=[
            (_(LABELS["file.purpose"]), _(CHOICES["file.purpose"][filled.values["purpose"]])),
            (_("To whom"), filled.values["to"]),
        ],
        password_field=FIELD,
        error=error,
    )


def _page(found: Case) -> dict[str, Any]:
    return {"number": found.incident.number, "about_staff": found.report.route.id in ABOUT_STAFF}
