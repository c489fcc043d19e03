"""Recovery sheets: made after the password is typed, shown once, typed back."""

import secrets

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import check_password
from kiosk.accounts.staff.roles import KEEPERS, held_roles, sheet_keepers
from kiosk.readers.blueprint import bp
from kiosk.readers.recovery.sheets import make_sheets, problems_of_sheets, prove_sheets
from kiosk.readers.signed_list.versions import TooFew
from kiosk.readers.signed_list.views.request_list import open_key_or_none, require_open_key
from kiosk.report.access.keyring import proven_recovery
from kiosk.report.setup import is_published
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.reader_key import fingerprint, six_words
from kiosk.sealing.recovery import SharesWrong
from kiosk.site import current_site
from kiosk.web.forms import FormErrors
from kiosk.web.request_sessions import commit_both, reports, roll_back_both, school
from kiosk.wording.messages import N_
from kiosk.wording.words import role_words

ONCE = "sheets_once"
SHEET_FIELDS = ("first", "second")
BLANK = dict.fromkeys(SHEET_FIELDS, "")
LONGEST_SHEET = 2_000
STRANGE_SHEETS = N_("These two sheets belong together, but not to a recovery key of this school.")


@bp.get("/keys/sheets")
@staff_required(*READING_ROLES)
def sheets_form() -> ResponseReturnValue:
    """Explain the sheets and who keeps them, and ask for the password."""
    return _sheets_form("")


@bp.post("/keys/sheets")
@staff_required(*READING_ROLES)
def create_sheets() -> ResponseReturnValue:
    """Make a recovery key and show its three sheets; they can never be shown again."""
    site = current_site()
    error = check_password(request.form.get("password", ""))[1]
    if error:
        return _sheets_form(error), 422
    # Sheets are shown once: sending the page twice must not mix the sheets of two keys on one desk.
    if not request.form.get("once") or request.form["once"] != session.pop(ONCE, None):
        flash(_("Sheets are shown only once. If they were not printed, make new ones."))
        return redirect(url_for(".sheets_form"), 303)
    try:
        made = make_sheets(
            school(), reports(), acting_staff(), signed_in_staff(), require_open_key().secret, site.today()
        )
    except TooFew:
        roll_back_both()
        flash(_("Two readers have to sign in before sheets can be made."))
        return redirect(url_for(".show_keys"), 303)
    recovery = made.recovery
    commit_both()
    sheets = [
        {"role": role_words(role), "name": name, "words": sheet.split()}
        for (role, name), sheet in zip(_sheet_keepers(), recovery.sheets, strict=True)
    ]
    return render_template(
        "readers/recovery/printed.html",
        sheets=sheets,
        made_on=site.today(),
        mark=fingerprint(recovery.public_key),
        root=[made.root.hex()[start : start + 8] for start in range(0, 64, 8)],
        own_words=" ".join(six_words(recovery.public_key, recovery.verify_key)),
        root_words=" ".join(six_words(made.root)),
    )


@bp.get("/keys/prove")
@staff_required(*READING_ROLES)
def prove_form() -> ResponseReturnValue:
    """The form in which two of the sheets are typed back."""
    return _prove_page({}, FormErrors())


@bp.post("/keys/prove")
@staff_required(*READING_ROLES)
def prove() -> ResponseReturnValue:
    """Activate the recovery key of two typed sheets, or say beside each box what to correct."""
    typed, errors = typed_sheets()
    if errors:
        return _prove_page(typed, errors), 422
    key = open_key_or_none()
    try:
        proposal = prove_sheets(
            school(),
            reports(),
            acting_staff(),
            key.secret if key else None,
            list(typed.values()),
            current_site().today(),
        )
    except SharesWrong:
        roll_back_both()
        errors.add("second", STRANGE_SHEETS)
        return _prove_page(typed, errors), 422
    commit_both()
    flash(
        _("The two sheets work. They count once a second reader has confirmed them, on the page Roles.")
        if proposal
        else _(
            "The two sheets work, and the recovery key is active. Put the sheets away now, each in its own place."
        )
    )
    return redirect(url_for(".show_keys"), 303)


def typed_sheets() -> tuple[dict[str, str], FormErrors]:
    """Two sheets as they were typed, by field, and what to correct on each."""
    typed = {name: request.form.get(name, "")[:LONGEST_SHEET] for name in SHEET_FIELDS}
    found = problems_of_sheets(list(typed.values()))
    errors = FormErrors()
    errors.add_all((SHEET_FIELDS[place], message) for place, message in found.items())
    return typed, errors


def _sheets_form(error: str) -> str:
    session[ONCE] = secrets.token_urlsafe(12)
    return render_template(
        "readers/recovery/sheets.html",
        error=error,
        once=session[ONCE],
        keepers=[f"{role_words(role)}: {name}" for role, name in _sheet_keepers()],
        in_use=proven_recovery(reports()) is not None,
    )


def _sheet_keepers() -> list[tuple[Role, str]]:
    """Who keeps a sheet, by name where there is one."""
    three = sheet_keepers(held_roles(school()))
    names = [school().get_one(StaffMember, one).name for one in three] or [_("nobody yet")] * len(KEEPERS)
    return list(zip(KEEPERS, names, strict=True))


def _prove_page(typed: dict[str, str], errors: FormErrors) -> str:
    return render_template(
        "readers/recovery/prove.html",
        typed=BLANK | typed,
        errors=errors,
        published=is_published(reports()),
    )
