"""The list of term pages, one of them in two copies, and what the lead, the principal and the chair do about it."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import SEE_SCHOOL_FIGURES, sees_school_figures
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.oversight.views.blueprint import csv_response
from kiosk.site import current_site
from kiosk.term_page import pages
from kiosk.term_page.models import TermPage
from kiosk.term_page.sheet import term_name
from kiosk.web.errors import or_404
from kiosk.web.forms import day_of
from kiosk.web.request_sessions import roll_back_both, school
from kiosk.wording.messages import Refused, say

bp = Blueprint("term_page", __name__, url_prefix="/staff")
MUCH = 2500  # letters; a page with more on it is printed smaller
PLACE = "/term-pages/<began>"


@bp.get("/evidence")
@bp.get("/statistics", endpoint="statistics")
@staff_required()
def evidence() -> ResponseReturnValue:
    """What was here stands on the term page."""
    return redirect(url_for(".index"))


@bp.get("/term-pages/")
@staff_required()
def index() -> ResponseReturnValue:
    """The pages that stand, and the one that is to be written."""
    return _index()


@bp.post("/term-pages/")
@staff_required()
def draft() -> ResponseReturnValue:
    """The lead drafts the page by today."""
    said = request.form.get("said", "")[: pages.SAID_LONGEST]
    try:
        page = pages.draft(
            school(), current_site(), acting_staff(), signed_in_staff(), said, current_site().today()
        )
    except Refused as refused:
        roll_back_both()
        return _index(said, say(refused.message)), 409
    school().commit()
    return redirect(url_for(".show", began=page.began.isoformat()))


@bp.get(PLACE)
@staff_required(*SEE_SCHOOL_FIGURES)
def show(began: str) -> ResponseReturnValue:
    """The copy for governors."""
    return _sheet(_page_or_404(began), with_cases=True)


@bp.get(f"{PLACE}/open")
@staff_required()
def show_open(began: str) -> ResponseReturnValue:
    """The copy for anybody: the same without cases, and without a gap."""
    return _sheet(_page_or_404(began), with_cases=False)


@bp.get(f"{PLACE}/table.csv")
@staff_required()
def table(began: str) -> ResponseReturnValue:
    """The copy that this person may read, as a table."""
    page = _page_or_404(began)
    rows = pages.table_of(*pages.sheet_of(page, sees_school_figures(signed_in_staff())))
    return csv_response(rows, "term-page", began)


@bp.post(f"{PLACE}/sign")
@staff_required()
def sign(began: str) -> ResponseReturnValue:
    """The principal signs it, and it stands."""
    page = _page_or_404(began, lock=True)
    try:
        seen = request.form.get("seen", "")
        pages.sign(school(), acting_staff(), page, signed_in_staff(), seen, current_site().today())
    except Refused as refused:
        return _refused(page, refused)
    school().commit()
    flash(_("It is issued, and stands as it is."))
    return redirect(url_for(".show", began=began))


@bp.post(f"{PLACE}/read")
@staff_required()
def read(began: str) -> ResponseReturnValue:
    """The chair says that governors have read it."""
    page = _page_or_404(began, lock=True)
    try:
        pages.mark_read(school(), acting_staff(), page, signed_in_staff(), current_site().today())
    except Refused as refused:
        return _refused(page, refused)
    school().commit()
    flash(_("It is written down that governors have read it."))
    return redirect(url_for(".show", began=began))


def _refused(page: TermPage, refused: Refused) -> ResponseReturnValue:
    problem = say(refused.message)
    roll_back_both()
    return _sheet(page, with_cases=sees_school_figures(signed_in_staff()), problem=problem), 409


def _page_or_404(began: str, lock: bool = False) -> TermPage:
    day = or_404(day_of(began))
    return or_404(pages.page_of(school(), signed_in_staff(), day, lock))


def _index(said: str = "", problem: str = "") -> str:
    staff, site = signed_in_staff(), current_site()
    drafted = pages.draft_page(school()) if staff.roles & {pages.WRITES, pages.SIGNS} else None
    writes = pages.WRITES in staff.roles
    wanted = pages.term_to_write(school(), site.calendar, site.today()) if writes else None
    return render_template(
        "term_page/index.html",
        issued=[(one, _name(one.began)) for one in pages.issued_pages(school())],
        sees_cases=sees_school_figures(staff),
        writes=writes,
        drafted=drafted,
        drafted_name=_name(drafted.began) if drafted else "",
        wanted=_name(wanted) if wanted else "",
        said=said,
        longest=pages.SAID_LONGEST,
        problem=problem,
    )


def _sheet(page: TermPage, with_cases: bool, problem: str = "") -> str:
    staff, site = signed_in_staff(), current_site()
    sheet, cases = pages.sheet_of(page, with_cases)
    return render_template(
        "term_page/sheet.html",
        issue=page,
        name=_name(page.began),
        full=len(page.content) > MUCH,
        began=page.began.isoformat(),
        sheet=sheet,
        cases=cases,
        sees_cases=sees_school_figures(staff),
        intact=pages.is_intact(site.key, page),
        check=pages.check_words(site.key, page, with_cases),
        signs=pages.can_sign(page, staff),
        reads=pages.can_read(page, staff),
        problem=problem,
    )


def _name(began: date) -> str:
    """A term by its season; a page is of one term, however long a band of cases is."""
    return term_name(began, began)
