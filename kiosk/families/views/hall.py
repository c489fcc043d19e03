"""The screen in the hall on an evening for families: three pages, and the form of the staff that says who is there.

Nothing on it is live: no count, no name of a child. It may not be kept, as what it says ends at midnight.
"""

from datetime import datetime, time, timedelta

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.accounts.sign_in.login import open_to_all, staff_required
from kiosk.families.evening import LONGEST, Tonight, say_tonight, tonight
from kiosk.families.plan import YEARS
from kiosk.families.views.home import lesson_of, years_here
from kiosk.lessons.views.blueprint import in_language
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.web.forms import FormErrors
from kiosk.web.i18n import language_links, page_settings
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import year_words

HOSTS = (Role.OFFICE, Role.PRINCIPAL, Role.COORDINATOR)
PARTS = ("ask", "code", "help")
PART_WORDS = {"ask": N_("Ask"), "code": N_("Code"), "help": N_("Help")}
LEADS = {"ask": "/home/", "code": "/home/code", "help": "/home/help"}
TOO_LONG = N_("This is longer than one line of %(limit)d letters. Make it shorter.")
STAY = "1"

bp = Blueprint("hall", __name__)


@bp.get("/home/hall")
@open_to_all
def ask() -> ResponseReturnValue:
    """The first page: one question for the way home."""
    return _page("ask")


@bp.get("/home/hall/<any(code, help):part>")
@open_to_all
def more(part: str) -> ResponseReturnValue:
    """The two others: our Code, and who can help."""
    return _page(part)


@bp.get("/staff/hall")
@staff_required(*HOSTS)
def form() -> str:
    """What the screen says tonight."""
    return _form(tonight(school(), current_site().today()))


@bp.post("/staff/hall")
@staff_required(*HOSTS)
def say() -> ResponseReturnValue:
    """Let the screen say this until midnight."""
    errors, today = FormErrors(), current_site().today()
    typed = {name: " ".join(request.form.get(name, "").split()) for name in ("people", "interpreters")}
    year = request.form.get("year", "")
    said = Tonight(year if year in YEARS else "", **typed)
    for name, words in typed.items():
        if len(words) > LONGEST:
            errors.add(name, TOO_LONG, limit=LONGEST)
    if errors:
        return _form(said, errors), 422
    say_tonight(school(), said, today)
    school().commit()
    flash(_("The screen says it until midnight."))
    return redirect(url_for(".form"), 303)


def _page(part: str) -> ResponseReturnValue:
    site, here = current_site(), PARTS.index(part)
    said = _tonight()
    found = lesson_of(said.year) if part == "ask" and said.year else None
    lesson = in_language(found.lesson) if found else None
    stays = request.args.get("stay") == STAY
    address = f"{site.config.public_url}{LEADS[part]}"
    page = render_template(
        "families/hall.html",
        page=page_settings("home"),
        part=part,
        parts=[(one, _(PART_WORDS[one]), _address(one, stay=STAY)) for one in PARTS],
        number=here + 1,
        next_url=_address(PARTS[(here + 1) % len(PARTS)]),
        stays=stays,
        stay_url=_address(part, stay=None if stays else STAY),
        home=lesson.at_home if lesson else None,
        question=lesson.at_home.question(lesson.quiet) if lesson and lesson.at_home else None,
        tonight=said,
        qr=Markup(qr_svg(address)),  # nosec B704 - an SVG of squares alone
        short=address.split("://", 1)[-1].rstrip("/"),
        spoken=language_links(),
    )
    return page if said == Tonight() else _until_midnight(page)


def _until_midnight(page: str) -> Response:
    """The page, which a screen that is left on asks for again at midnight, as what it says of tonight ends then."""
    zone, now = current_site().calendar.zone, now_utc()
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
    seconds = int(midnight.timestamp() - now.timestamp()) + 1
    return make_response(page, {"Refresh": str(seconds)})


def _address(part: str, stay: str | None = None) -> str:
    return url_for(".ask", stay=stay) if part == "ask" else url_for(".more", part=part, stay=stay)


def _tonight() -> Tonight:
    """What holds today; nothing while the database is away."""
    try:
        return tonight(school(), current_site().today())
    except DATABASE_ERRORS:
        return Tonight()


def _form(said: Tonight, errors: FormErrors | None = None) -> str:
    return render_template(
        "families/hall_form.html",
        said=said,
        years=[("", _("A question for everybody")), *((year, year_words(year)) for year in years_here())],
        mistakes=errors or FormErrors(),
        longest=LONGEST,
    )
