"""The pages of the school's calendar: its consequences, and forms for hours, terms, holidays and half days."""

from hashlib import blake2b

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy import select

from kiosk.accounts.sign_in.login import acting_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.audit.log import LogAct
from kiosk.calendar.file import FILE_NAME, as_toml, calendar_path, can_be_written, write_calendar
from kiosk.calendar.written import MOST_LISTED, WEEKDAYS, CalendarFile, calendar_from, from_tomorrow
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.report.models import Reader
from kiosk.roles import Role
from kiosk.shared_files import is_newer_elsewhere, share
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.term_dates.entry import (
    Entry,
    EntryKind,
    entries_of,
    read_entries,
    renumbered,
    typed_entry,
    with_entries,
)
from kiosk.term_dates.hours import WEEKDAY_WORDS, Hours, hours_of, read_hours, typed_hours
from kiosk.term_dates.outlook import outlook
from kiosk.web.forms import WHOLE, FormErrors
from kiosk.web.request_sessions import commit_both, reports, school
from kiosk.wording.messages import N_

bp = Blueprint("term_dates", __name__, url_prefix="/staff")
ROLES_ALLOWED = (Role.PRINCIPAL, Role.NETWORK, Role.DSL)
SPARE_LINES = 3
KINDS = {
    EntryKind.TERM: (N_("Terms"), N_("School is open on the weekdays of a term that are not holidays.")),
    EntryKind.HOLIDAY: (N_("Holidays"), N_("Days without school in a term, one or several in a row.")),
    EntryKind.HALF_DAY: (N_("Half days"), N_("Days on which school ends early.")),
}
PLACE = "/settings/<any('terms','holidays','half-days'):kind>"


@bp.get("/settings")
@staff_required(*ROLES_ALLOWED)
def settings() -> ResponseReturnValue:
    """The calendar, and what children and staff are told by it."""
    site = current_site()
    written = site.term_dates.written
    return render_template(
        "term_dates/calendar.html",
        outlook=outlook(site.calendar, now_utc()),
        written=written,
        lists=[(kind, *KINDS[kind], entries_of(written, kind)) for kind in EntryKind],
        weekdays=[
            _(words) for day, words in zip(WEEKDAYS, WEEKDAY_WORDS, strict=True) if day in written.weekdays
        ],
        problem=site.term_dates.problem,
        path=calendar_path(site.config),
        writable=can_be_written(site.config),
        zone=site.calendar.zone.key,
    )


@bp.get("/settings/hours")
@staff_required(*ROLES_ALLOWED)
def settings_hours() -> ResponseReturnValue:
    """The form of hours and weekdays."""
    return _hours_page(hours_of(current_site().term_dates.written))


@bp.post("/settings/hours")
@staff_required(*ROLES_ALLOWED)
@password_again()
def save_hours() -> ResponseReturnValue:
    """Save hours and weekdays, or say beside each field what to correct."""
    typed, written = typed_hours(request.form), current_site().term_dates.written
    if request.form.get("mark") != mark_of(hours_of(written)):
        return _hours_page(typed, refused(changed_meanwhile())), 409
    changed, errors = read_hours(typed, written)
    if changed is None:
        return _hours_page(typed, errors), 422
    refusal, status = save(changed, "hours")
    return (_hours_page(typed, refused(refusal)), status) if refusal else back_to_settings()


@bp.get(PLACE)
@staff_required(*ROLES_ALLOWED)
def settings_list(kind: str) -> ResponseReturnValue:
    """The form of one list, with a few lines to spare."""
    return _list_page(EntryKind(kind), entries_of(current_site().term_dates.written, EntryKind(kind)))


@bp.post(PLACE)
@staff_required(*ROLES_ALLOWED)
@password_again()
def save_list(kind: str) -> ResponseReturnValue:
    """Save one list, add empty lines, or say beside each field what to correct."""
    wanted, written = EntryKind(kind), current_site().term_dates.written
    sent = [typed_entry(request.form, number, wanted) for number in range(lines_sent())]
    kept_lines = [one for one in sent if not one.is_empty and f"drop-{one.number}" not in request.form]
    typed = renumbered(kept_lines)
    if request.form.get("mark") != mark_of(entries_of(written, wanted)):
        return _list_page(wanted, typed, refused(changed_meanwhile())), 409
    if "more" in request.form:
        return _list_page(wanted, typed, spare=len(sent) - len(typed) + SPARE_LINES)
    taken, errors = read_entries(typed, written)
    if errors:
        return _list_page(wanted, typed, errors), 422
    try:
        changed = with_entries(written, wanted, taken)
    except ValidationError:
        return _list_page(wanted, typed, refused(_("List at most %(most)d.", most=MOST_LISTED))), 422
    refusal, status = save(changed, kind)
    return (_list_page(wanted, typed, refused(refusal)), status) if refusal else back_to_settings()


def save(changed: CalendarFile, part: str) -> tuple[str, int]:
    """Write the calendar, note which part of it changed and tell every reader; returns a message and a status where it
    cannot be written."""
    site = current_site()
    if is_newer_elsewhere(school(), site.config, site.key, FILE_NAME):
        return changed_meanwhile(), 409
    try:
        kept = from_tomorrow(changed, site.calendar, now_utc())
        calendar_from(site.config, kept)
        acting_staff().note(school(), LogAct.CALENDAR_CHANGED, calendar=part)
        queue_mail(reports(), MailKind.CHANGE, reports().scalars(select(Reader.email)))
        commit_both()  # stored before the file is changed, so that nobody changes it without a trace
        write_calendar(site.config, kept)
        share(school(), site.config, site.key, FILE_NAME, as_toml(kept).encode())
        commit_both()
    except ValueError:
        return _("There would be no school day for more than a year. Children would wait too long."), 422
    except OSError as error:
        why = error.strerror or type(error).__name__
        text = _(
            "Nothing was saved: the file %(path)s could not be written (%(why)s). Tell the network manager."
        )
        return text % {"path": calendar_path(current_site().config), "why": why}, 503
    return "", 200


def back_to_settings() -> ResponseReturnValue:
    """Go back to the calendar after saving."""
    flash(_("Saved. It holds from tomorrow on, and every reader is told."))
    return redirect(url_for(".settings"), 303)


def changed_meanwhile() -> str:
    """The message for somebody whose page is older than the calendar."""
    return str(
        _("Somebody changed the calendar while this page was open. Nothing was saved: open the page again.")
    )


def lines_sent() -> int:
    """How many lines a form had."""
    rows = request.form.get("rows", "")
    return min(int(rows), MOST_LISTED + 100) if rows.isascii() and rows.isdecimal() and len(rows) < 5 else 0


def mark_of(shown: object) -> str:
    """A digest of the calendar's present state."""
    return blake2b(repr(shown).encode(), digest_size=16).hexdigest()


def refused(text: str) -> FormErrors:
    """What is said of a whole form that cannot be saved."""
    errors = FormErrors()
    errors.add(WHOLE, text)
    return errors


def _hours_page(typed: Hours, errors: FormErrors | None = None) -> str:
    return render_template(
        "term_dates/hours.html",
        typed=typed,
        weekdays=[(day, _(words)) for day, words in zip(WEEKDAYS, WEEKDAY_WORDS, strict=True)],
        errors=errors or FormErrors(),
        mark=mark_of(hours_of(current_site().term_dates.written)),
        zone=current_site().calendar.zone.key,
    )


def _list_page(
    kind: EntryKind,
    entries: list[Entry],
    errors: FormErrors | None = None,
    spare: int = SPARE_LINES,
) -> str:
    empty = [Entry(len(entries) + number, kind) for number in range(max(min(spare, MOST_LISTED), 1))]
    return render_template(
        "term_dates/list.html",
        kind=kind,
        title=_(KINDS[kind][0]),
        line=_(KINDS[kind][1]),
        entries=[*entries, *empty],
        listed=len(entries),
        errors=errors or FormErrors(),
        mark=mark_of(entries_of(current_site().term_dates.written, kind)),
    )
