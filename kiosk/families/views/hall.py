"""The screen in the hall on an evening for families: three pages, and the form of the staff that says who is there.

Nothing on it is live: no count, no name of a child. It may not be kept, as what it says ends at midnight.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import open_to_all, staff_required
from kiosk.families.evening import FIELDS, LONGEST, say_tonight, tonight
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.web.forms import FormErrors
from kiosk.web.i18n import language_links, page_settings
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_

HOSTS = (Role.OFFICE, Role.PRINCIPAL, Role.COORDINATOR)
# Each page's name on the screen, and where families find more of it.
PARTS = {
    "ask": (N_("Ask"), "/home/"),
    "code": (N_("Code"), "/home/code"),
    "help": (N_("Help"), "/home/help"),
}
TOO_LONG = N_("This is longer than one line of %(limit)d letters. Make it shorter.")

bp = Blueprint("hall", __name__)


@bp.get("/home/hall", defaults={"part": "ask"})
@bp.get("/home/hall/<any(code, help):part>")
@open_to_all
def screen(part: str) -> ResponseReturnValue:
    """One question for the way home; our Code; and who can help."""
    order = list(PARTS)
    here, said = order.index(part), _said()
    address = f"{current_site().config.homes_url}{PARTS[part][1]}"
    page = render_template(
        "families/hall.html",
        page=page_settings("home"),
        part=part,
        parts=[(one, _(words), url_for(".screen", part=one)) for one, (words, _url) in PARTS.items()],
        number=here + 1,
        next_url=url_for(".screen", part=order[(here + 1) % len(order)]),
        tonight=said,
        qr=qr_svg(address),
        short=address.split("://", 1)[-1].rstrip("/"),
        spoken=language_links(),
    )
    return make_response(page, {"Refresh": str(_to_midnight())}) if any(said.values()) else page


def _to_midnight() -> int:
    """After how many seconds a screen that is left on asks again, as what it says of tonight ends then."""
    zone, now = current_site().calendar.zone, now_utc()
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
    return int(midnight.timestamp() - now.timestamp()) + 1


@bp.get("/staff/hall")
@staff_required(*HOSTS)
def form() -> str:
    """What the screen says tonight."""
    return _form(_said(), FormErrors())


@bp.post("/staff/hall")
@staff_required(*HOSTS)
def say() -> ResponseReturnValue:
    """Let the screen say this until midnight."""
    errors = FormErrors()
    typed = {name: " ".join(request.form.get(name, "").split()) for name in FIELDS}
    for name, words in typed.items():
        if len(words) > LONGEST:
            errors.add(name, TOO_LONG, limit=LONGEST)
    if errors:
        return _form(typed, errors), 422
    say_tonight(school(), current_site().today(), **typed)
    school().commit()
    flash(_("The screen says it until midnight."))
    return redirect(url_for(".form"), 303)


def _said() -> Mapping[str, str]:
    """What holds today; nothing while the database is away."""
    try:
        found = tonight(school(), current_site().today())
    except DATABASE_ERRORS:
        found = None
    return {name: getattr(found, name, "") for name in FIELDS}


def _form(said: Mapping[str, str], errors: FormErrors) -> str:
    return render_template("families/hall_form.html", said=said, mistakes=errors, longest=LONGEST)
