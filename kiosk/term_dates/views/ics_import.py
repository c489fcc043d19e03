"""Imports term dates from an .ics file: every event is shown, and only what a person chooses is saved."""

from dataclasses import dataclass, replace

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError

from kiosk.accounts.sign_in.login import staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.calendar.written import MOST_LISTED
from kiosk.site import current_site
from kiosk.term_dates.entry import Entry, EntryKind, read_entries, typed_entry
from kiosk.term_dates.guess import Guess, guesses, merge_calendar, overlapping_terms
from kiosk.term_dates.ics import read_events
from kiosk.term_dates.views.calendar import (
    ROLES_ALLOWED,
    back_to_settings,
    bp,
    changed_meanwhile,
    lines_sent,
    mark_of,
    refused,
    save,
)
from kiosk.web.forms import FormErrors
from kiosk.web.security import takes_files
from kiosk.wording.messages import N_, Refused

LONGEST_SOURCE = 300
OVERLAPS = N_("This term overlaps with a listed one. Leave it out, or replace the list with the file.")


@dataclass(frozen=True)
class EventRow:
    """An event as the page shows it: its place in the file, the reason for the guess, and the resulting line."""

    source: str
    why: str
    taken: bool
    entry: Entry


@bp.get("/settings/import")
@staff_required(*ROLES_ALLOWED)
def settings_import() -> ResponseReturnValue:
    """Choose a file."""
    return render_template("term_dates/ics_import.html", error="")


@bp.post("/settings/import")
@staff_required(*ROLES_ALLOWED)
@takes_files
def preview_import() -> ResponseReturnValue:
    """Show every event of a file with the guess for it; nothing is written."""
    site = current_site()
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if not content:
        return render_template("term_dates/ics_import.html", error=_("Choose a file first.")), 422
    try:
        events = read_events(content, site.calendar.zone, site.today())
    except Refused as refused:
        words = _(refused.message.text, **refused.message.values)
        return render_template("term_dates/ics_import.html", error=words), 422
    if not events:
        return render_template("term_dates/ics_import.html", error=_("There is no event in this file.")), 422
    return _preview([_row_of(guess) for guess in guesses(events, site.term_dates.written, site.today())])


@bp.post("/settings/import/confirm")
@staff_required(*ROLES_ALLOWED)
@password_again()
def confirm_import() -> ResponseReturnValue:
    """Save what was chosen, or show it again with what to correct."""
    site = current_site()
    rows = [_typed_row(number) for number in range(lines_sent())]
    in_place = request.form.get("in_place") == "yes"
    if request.form.get("mark") != mark_of(site.term_dates.written):
        return _preview(rows, refused(changed_meanwhile()), in_place), 409
    chosen = [row.entry for row in rows if row.taken]
    if not chosen:
        return _preview(rows, refused(_("Nothing is chosen yet.")), in_place), 422
    taken, errors = read_entries(chosen, site.term_dates.written)
    if not errors and not in_place:
        for place in overlapping_terms(site.term_dates.written, taken):
            errors.add(f"first-{chosen[place].number}", OVERLAPS)
    if errors:
        return _preview(rows, errors, in_place), 422
    try:
        changed = merge_calendar(site.term_dates.written, taken, in_place)
    except ValidationError:
        refusal = _("That would be more than %(most)d lines of one kind.", most=MOST_LISTED)
        return _preview(rows, refused(refusal), in_place), 422
    refusal, status = save(changed, "imported")
    return (_preview(rows, refused(refusal), in_place), status) if refusal else back_to_settings()


def _row_of(guess: Guess) -> EventRow:
    source = _("Line %(line)d: %(name)s", line=guess.event.line, name=_(guess.event.name))
    return EventRow(source, _(guess.why.text, **guess.why.values), guess.kind is not None, guess.entry)


def _typed_row(number: int) -> EventRow:
    asked = request.form.get(f"kind-{number}", "")
    kind = EntryKind(asked) if asked in set(EntryKind) else EntryKind.HOLIDAY
    entry = typed_entry(request.form, number, kind)
    if kind is EntryKind.HALF_DAY:
        entry = replace(entry, last="")
    if entry.is_empty:
        entry = replace(entry, name="?")
    source, why = (request.form.get(f"{name}-{number}", "")[:LONGEST_SOURCE] for name in ("source", "why"))
    return EventRow(source, why, asked in set(EntryKind), entry)


def _preview(rows: list[EventRow], errors: FormErrors | None = None, in_place: bool = False) -> str:
    return render_template(
        "term_dates/preview.html",
        rows=sorted(rows, key=lambda row: not row.taken),
        count=len(rows),
        errors=errors or FormErrors(),
        in_place=in_place,
        mark=mark_of(current_site().term_dates.written),
    )
