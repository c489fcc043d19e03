"""The office: today's and past visitors by day, opening the tablet, and taking out a line that was a mistake."""

import uuid
from itertools import groupby

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.roster.export_log import note_export
from kiosk.accounts.sign_in.login import acting_staff, sign_out, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.conduct.views.blueprint import language_name
from kiosk.oversight.paging import on_page, pages_for
from kiosk.oversight.views.blueprint import csv_response, page_number
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.visitors import book as visitors_book
from kiosk.visitors import tablet
from kiosk.visitors.book import KEEPERS
from kiosk.visitors.models import Visitor
from kiosk.visitors.views.reception import open_here
from kiosk.web.errors import or_404
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_

HEAD = (N_("Day"), N_("Name"), N_("From"), N_("Visiting"), N_("Code version"), N_("Language"))


bp = Blueprint("visitors", __name__)


@bp.get("/staff/visitors")
@staff_required(*KEEPERS)
def book() -> str:
    """The visitors of the last twelve months, the newest day first, and opening the tablet."""
    site = current_site()
    lines = visitors_book.lines_of_book(school(), site.today())
    number = page_number(pages := pages_for(len(lines)))
    shown = groupby(on_page(lines, number), key=lambda line: line.day)
    return render_template(
        "visitors/book.html",
        days=[(day, list(some)) for day, some in shown],
        ends=tablet.school_ends(site.calendar, now_utc()),
        number=number,
        pages=pages,
        address=lambda page: url_for(".book", page=page),
        language_name=language_name,
        today=site.today(),
    )


@bp.get("/staff/visitors.csv")
@staff_required(*KEEPERS)
@password_again()
def book_csv() -> ResponseReturnValue:
    """The whole book as a CSV file, with ISO 8601 days that a spreadsheet can sort."""
    rows = [
        [one.day.isoformat(), one.name, one.organisation, one.visiting, str(one.code_version), one.lang]
        for one in visitors_book.lines_of_book(school(), current_site().today())
    ]
    note_export("visitors")
    return csv_response([[_(one) for one in HEAD], *rows], "visitors")


@bp.post("/staff/visitors/tablet")
@staff_required(*KEEPERS)
def open_tablet() -> ResponseReturnValue:
    """Open this very tablet for visitors; whoever was signed in on it no longer is."""
    site, now = current_site(), now_utc()
    ends = tablet.school_ends(site.calendar, now)
    if ends is None:
        flash(_("A tablet is opened on a school day, until school ends. Until then there is paper."))
        return redirect(url_for(".book"), 303)
    sign_out()
    response = make_response(redirect(url_for("visit.form"), 303))
    open_here(response, tablet.token_of_day(site.key, site.calendar, now), ends - now)
    return response


@bp.post("/staff/visitors/<uuid:line_id>/remove")
@staff_required(*KEEPERS)
def remove(line_id: uuid.UUID) -> ResponseReturnValue:
    """Take a line out that was a mistake."""
    visitors_book.remove(school(), acting_staff(), or_404(school().get(Visitor, line_id)))
    school().commit()
    flash(_("Taken out. The log of powers says that a line of that day was, and not whose."))
    return redirect(url_for(".book"), 303)
