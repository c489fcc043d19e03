"""The office: today's and past visitors by day, the tablets that are open, and putting a wrong line right."""

import uuid
from itertools import groupby

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.roster.export_log import note_export
from kiosk.accounts.sign_in.login import acting_staff, sign_out, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.conduct.views.blueprint import language_name
from kiosk.oversight.paging import ON_A_PAGE, pages_for
from kiosk.oversight.views.blueprint import csv_response, page_number
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.visitors import book as visitors_book
from kiosk.visitors import tablet
from kiosk.visitors.book import FIELDS, KEEPERS, LONGEST, tidy
from kiosk.visitors.models import Visitor
from kiosk.visitors.views.blueprint import bp
from kiosk.visitors.views.reception import TOO_LONG, open_here
from kiosk.web.errors import or_404
from kiosk.web.forms import FormErrors
from kiosk.web.request_sessions import roll_back_both, school
from kiosk.wording.messages import N_, Refused, say

OFFICE_BLANK = {
    "name": N_("Write the name."),
    "organisation": N_("Write whom they come from."),
    "visiting": N_("Write whom they visit."),
}
HEAD = (N_("Day"), N_("Name"), N_("From"), N_("Visiting"), N_("Code version"), N_("Language"))


@bp.get("/staff/visitors")
@staff_required(*KEEPERS)
def book() -> str:
    """The visitors of the last twelve months, the newest day first, and the tablets that are open."""
    site, now = current_site(), now_utc()
    today = site.today()
    pages = pages_for(visitors_book.count_visitors(school(), today))
    number = page_number(pages)
    limit, skip = (ON_A_PAGE, (number - 1) * ON_A_PAGE) if number else (None, 0)
    lines = visitors_book.lines_of_book(school(), today, limit, skip)
    return render_template(
        "visitors/book.html",
        days=[(day, list(some)) for day, some in groupby(lines, key=lambda line: line.day)],
        tablets=tablet.open_tablets(school(), site.calendar, now),
        ends=tablet.school_ends(site.calendar, now),
        number=number,
        pages=pages,
        address=lambda page: url_for(".book", page=page),
        language_name=language_name,
        today=today,
    )


@bp.get("/staff/visitors.csv")
@staff_required(*KEEPERS)
@password_again()
def book_csv() -> ResponseReturnValue:
    """The whole book as a CSV file."""
    rows = visitors_book.csv_rows(
        visitors_book.lines_of_book(school(), current_site().today()), [_(one) for one in HEAD]
    )
    note_export("visitors")
    return csv_response(rows, "visitors")


@bp.post("/staff/visitors/tablet")
@staff_required(*KEEPERS)
def open_tablet() -> ResponseReturnValue:
    """Open this very tablet for visitors; whoever was signed in on it no longer is."""
    site, now = current_site(), now_utc()
    try:
        token, ends = tablet.open_tablet(school(), site.key, site.calendar, signed_in_staff(), now)
    except Refused as refused:
        roll_back_both()
        flash(say(refused.message))
        return redirect(url_for(".book"), 303)
    school().commit()
    sign_out()
    response = make_response(redirect(url_for(".form"), 303))
    open_here(response, token, ends)
    return response


@bp.post("/staff/visitors/tablets/<uuid:tablet_id>/close")
@staff_required(*KEEPERS)
def close_tablet(tablet_id: uuid.UUID) -> ResponseReturnValue:
    """Close a tablet before school ends."""
    tablet.close_tablet(school(), tablet_id)
    school().commit()
    flash(_("Closed. The tablet says so at the next tap."))
    return redirect(url_for(".book"), 303)


@bp.get("/staff/visitors/<uuid:line_id>")
@staff_required(*KEEPERS)
def line(line_id: uuid.UUID) -> str:
    """One line of the book, to put right or take out."""
    return _line_page(_line_or_404(line_id))


@bp.post("/staff/visitors/<uuid:line_id>")
@staff_required(*KEEPERS)
def correct(line_id: uuid.UUID) -> ResponseReturnValue:
    """Put a line right."""
    found, errors = _line_or_404(line_id), FormErrors()
    typed = {name: tidy(request.form.get(name, "")) for name in FIELDS}
    for name, value in typed.items():
        if not value:
            errors.add(name, OFFICE_BLANK[name])
        elif len(value) > LONGEST:
            errors.add(name, TOO_LONG, limit=LONGEST)
    if errors:
        return _line_page(found, typed, errors), 422
    visitors_book.correct(school(), acting_staff(), found, **typed)
    school().commit()
    flash(_("Put right."))
    return redirect(url_for(".book"), 303)


@bp.post("/staff/visitors/<uuid:line_id>/remove")
@staff_required(*KEEPERS)
def remove(line_id: uuid.UUID) -> ResponseReturnValue:
    """Take a line out that was a mistake."""
    visitors_book.remove(school(), acting_staff(), _line_or_404(line_id))
    school().commit()
    flash(_("Taken out. The log of powers says that a line of that day was, and not whose."))
    return redirect(url_for(".book"), 303)


def _line_or_404(line_id: uuid.UUID) -> Visitor:
    return or_404(visitors_book.line_of(school(), line_id, current_site().today()))


def _line_page(found: Visitor, typed: dict[str, str] | None = None, errors: FormErrors | None = None) -> str:
    return render_template(
        "visitors/line.html",
        line=found,
        values=typed or {name: getattr(found, name) for name in FIELDS},
        mistakes=errors or FormErrors(),
        longest=LONGEST,
        today=current_site().today(),
    )
