"""The roster: which column holds what, then what a file would change; only a last step writes it.

The file's content travels in the pages, so that a list with last names is never stored on the server.
"""

from hashlib import blake2b

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.roster.columns import (
    Column,
    Columns,
    RosterTable,
    double_columns,
    guess_columns,
    missing_columns,
    needs_choice,
    remember_columns,
    remembered_columns,
)
from kiosk.accounts.roster.export_log import note_export
from kiosk.accounts.roster.importing import (
    ImportPlan,
    apply_plan,
    export_roster,
    is_archive,
    plan_import,
    read_roster,
)
from kiosk.accounts.roster.list_file import open_list
from kiosk.accounts.roster.plan import roster_key
from kiosk.accounts.roster.rows import by_kind
from kiosk.accounts.sign_in.login import acting_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.spreadsheets.carried import carried, carried_back
from kiosk.accounts.spreadsheets.cells import UnreadableFile
from kiosk.accounts.staff.views.people import ROLES_ALLOWED, bp
from kiosk.audit.log import LogAct
from kiosk.site import current_site
from kiosk.web.forms import FormErrors, number_of
from kiosk.web.request_sessions import school
from kiosk.web.security import takes_files
from kiosk.wording.messages import N_, say

WORDS = {
    Column.FIRST_NAME: N_("First name"),
    Column.PREFERRED: N_("First name that is used, if another"),
    Column.LAST_NAME: N_("Last name"),
    Column.WHOLE_NAME: N_("Whole name"),
    Column.CLASS: N_("Class"),
    Column.CLASS_WITH_YEAR: N_("Class that begins with the year, such as 5B"),
    Column.YEAR: N_("Year"),
    Column.PUPIL_NUMBER: N_("Pupil number"),
    Column.TEACHER: N_("E-mail of the teacher"),
}


@bp.get("/import")
@staff_required(*ROLES_ALLOWED)
def import_form() -> ResponseReturnValue:
    """The form to choose a file, and what the file must contain."""
    return render_template("accounts/roster/import.html", error="")


@bp.post("/import")
@staff_required(*ROLES_ALLOWED)
@takes_files
def preview() -> ResponseReturnValue:
    """What a file would change, or which column holds what where that cannot be guessed; nothing is written."""
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    if not data:
        return render_template(
            "accounts/roster/import.html", error=_("Choose a file first. An empty file has nobody in it.")
        ), 422
    try:
        carried(data)
    except UnreadableFile as refused:
        return render_template("accounts/roster/import.html", error=say(refused.message)), 422
    table = _table(data)
    columns = _known_columns(table) if table else None
    if table and columns is None:
        columns = guess_columns(table)
        if needs_choice(table, columns):
            return _columns_page(table, columns, data)
    return _first_preview(data, columns)


@bp.post("/import/columns")
@staff_required(*ROLES_ALLOWED)
def choose_columns() -> ResponseReturnValue:
    """Take which column holds what, and remember it for these headings; or ask for it, if somebody wants to choose."""
    data = carried_back(request.form.get("data", ""))
    table = _table(data)
    if table is None:
        return _first_preview(data, None)
    chosen = _chosen_columns()
    if chosen is None or len(chosen) != len(table.headings):
        return _columns_page(table, _known_columns(table) or guess_columns(table), data)
    errors = FormErrors()
    for found, text in (
        (double_columns(chosen), N_("Two columns are chosen for: %(what)s.")),
        (missing_columns(chosen), N_("Choose a column for: %(what)s.")),
    ):
        if found:
            errors.add("columns", text, what=", ".join(_(WORDS[column]) for column in found))
    if errors:
        return _columns_page(table, chosen, data, errors), 422
    remember_columns(school(), roster_key(current_site().key), table, chosen)
    school().commit()
    return _first_preview(data, chosen)


@bp.post("/import/confirm")
@staff_required(*ROLES_ALLOWED)
@password_again()
def confirm() -> ResponseReturnValue:
    """Write what was shown; if the school changed meanwhile, show the new preview instead."""
    site = current_site()
    data, columns = carried_back(request.form.get("data", "")), _chosen_columns()
    plan = _import_plan(data, columns)
    if plan.problems or _plan_digest(plan) != request.form.get("mark"):
        changed = _("Something changed since this was shown. Please look again.")
        return _preview_page(plan, data, columns, changed), 409
    counted = number_of(request.form.get("leaving", "").strip(), 5)
    if not plan.lets_go(counted if request.form.get("sure") == "yes" else None):
        many = _("Many children would leave. If that is right, tick the box and type how many.")
        return _preview_page(plan, data, columns, many), 422
    new = apply_plan(school(), plan, site.today(), site.key, site.pictures.keys)
    acting_staff().note(school(), LogAct.ROSTER_READ)
    school().commit()
    flash(_("Done. %(count)d new children can get their keys on the pages of their classes.", count=len(new)))
    return redirect(url_for("windows.index"), 303)


@bp.get("/export.csv")
@staff_required(*ROLES_ALLOWED)
@password_again()
def export() -> ResponseReturnValue:
    """The pupils, class by class."""
    headers = {"Content-Disposition": "attachment; filename=roster.csv"}
    note_export("roster")
    return export_roster(school()), 200, {"Content-Type": "text/csv; charset=utf-8", **headers}


def _table(data: bytes) -> RosterTable | None:
    """The list in a file; None for an archive, and for what cannot be read, which the preview then says."""
    if is_archive(data):
        return None
    try:
        return open_list(data)
    except UnreadableFile:
        return None


def _known_columns(table: RosterTable) -> Columns | None:
    return remembered_columns(school(), roster_key(current_site().key), table)


def _chosen_columns() -> Columns | None:
    """What a form says of each column, in order; None where it says nothing."""
    words = request.form.getlist("column")
    known = set(Column)
    return tuple(Column(word) if word in known else None for word in words) if words else None


def _import_plan(data: bytes, columns: Columns | None) -> ImportPlan:
    return plan_import(school(), read_roster(data, current_site().today(), columns), current_site().key)


def _first_preview(data: bytes, columns: Columns | None) -> ResponseReturnValue:
    plan = _import_plan(data, columns)
    return _preview_page(plan, data, columns), (422 if plan.problems else 200)


def _preview_page(plan: ImportPlan, data: bytes, columns: Columns | None, error: str = "") -> str:
    return render_template(
        "accounts/roster/preview.html",
        plan=plan,
        kinds=by_kind(plan.problems),
        data=carried(data),
        columns=columns,
        mark=_plan_digest(plan),
        error=error,
    )


def _columns_page(table: RosterTable, columns: Columns, data: bytes, errors: FormErrors | None = None) -> str:
    return render_template(
        "accounts/roster/columns.html",
        table=table,
        columns=[column or "" for column in columns],
        options=[("", _("Leave out")), *((column.value, _(words)) for column, words in WORDS.items())],
        data=carried(data),
        errors=errors or FormErrors(),
    )


def _plan_digest(plan: ImportPlan) -> str:
    """A digest by which this plan is recognised."""
    return blake2b(repr(plan).encode(), digest_size=16).hexdigest()
