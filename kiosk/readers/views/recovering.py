"""For when nobody can open reports any more: two recovery sheets give the readers access again, and all are told."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.models import ReaderKey
from kiosk.accounts.reader_keys import present_keys
from kiosk.forms import FormErrors
from kiosk.messages import N_
from kiosk.outbox import queue_alarm
from kiosk.readers.copying import copy_keys
from kiosk.readers.sheets import note_recovery, recovered_key
from kiosk.readers.views.blueprint import bp
from kiosk.readers.views.sheets import BLANK, STRANGE_SHEETS, typed_sheets
from kiosk.report.access import renew_with_recovery
from kiosk.report.keyring import read_keyring
from kiosk.roles import READING_ROLES
from kiosk.sealing.reader_key import fingerprint
from kiosk.sealing.recovery import SharesWrong
from kiosk.site import current_site
from kiosk.stores import reports, school

NOBODY = "let-in"


@bp.get("/keys/recover")
@staff_required(*READING_ROLES)
def recover_form() -> ResponseReturnValue:
    """Explain what it does and that everybody is told, with two boxes for two sheets."""
    waiting = _waiting()
    return _page({}, FormErrors(), [row.staff_id.hex for row in waiting if row.renewed])


@bp.post("/keys/recover")
@staff_required(*READING_ROLES)
def recover() -> ResponseReturnValue:
    """Give the present readers of each route access again; never somebody whom a child ticked or who stepped aside."""
    site = current_site()
    typed, errors = typed_sheets()
    ticked = request.form.getlist("approved")
    chosen = [row for row in _waiting() if row.staff_id.hex in ticked]
    if not chosen and not any(row.approved for row in present_keys(school())):
        errors.add(NOBODY, N_("No key is active. Tick the keys that these sheets should approve."))
    if errors:
        return _page(typed, errors, ticked), 422
    try:
        private_key, row = recovered_key(reports(), list(typed.values()))
    except SharesWrong:
        errors.add("second", STRANGE_SHEETS)
        return _page(typed, errors, ticked), 422
    # The line of the log comes first: it must not be missing after a power cut.
    note_recovery(school(), site.key, signed_in_staff(), row, chosen, site.today())
    school().commit()
    reports().rollback()
    copy_keys(site.databases, site.config, site.key, site.today())
    renew_with_recovery(reports(), private_key)
    queue_alarm(reports(), [reader.email for reader in read_keyring(reports()).readers])
    reports().commit()
    flash(
        _(
            "Done. Readers can open the reports they are responsible for again, and every reader gets an e-mail."
        )
    )
    return redirect(url_for(".show_keys"), 303)


def _waiting() -> list[ReaderKey]:
    return [row for row in present_keys(school()) if not row.approved]


def _page(typed: dict[str, str], errors: FormErrors, ticked: list[str]) -> str:
    return render_template(
        "readers/recover.html",
        typed=BLANK | typed,
        errors=errors,
        waiting=[
            {
                "id": row.staff_id.hex,
                "name": row.staff.name,
                "mark": fingerprint(row.public_key),
                "renewed": row.renewed,
                "ticked": row.staff_id.hex in ticked,
            }
            for row in _waiting()
        ],
    )
