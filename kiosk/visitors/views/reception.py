"""The tablet at reception: a visitor reads the Code, signs or would rather not, and leaves nothing behind.

Every form is answered with a redirect to a page without a visitor in it, so that neither Back nor reload shows or
sends anything of theirs. What was typed into a form with a gap returns once, in a sealed cookie (promise F7).
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from hmac import compare_digest
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.conduct.code import Code
from kiosk.conduct.views.blueprint import read_in
from kiosk.content.language import ENGLISH
from kiosk.roles import Role
from kiosk.sealing.boxes import BoxBroken, lock, unlock
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.told.officers import officers
from kiosk.visitors import book, tablet
from kiosk.visitors.book import FIELDS, LONGEST, Signing
from kiosk.web.cookies import cookie_name, forget_cookie
from kiosk.web.forms import FormErrors
from kiosk.web.i18n import language, page_settings
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_

TABLET, TYPED, TURN, PATH = "visitors", "typed", "turn", "/visitors"
TYPED_LASTS = timedelta(minutes=1)
BLANK = {
    "name": N_("Write your name."),
    "organisation": N_("Write whom you come from."),
    "visiting": N_("Write whom you visit."),
}
TOO_LONG = N_("This is longer than one line of %(limit)d letters. Make it shorter.")
TICK = N_("Tick that you agree. If you would rather not, that is fine: choose that below.")

bp = Blueprint("visit", __name__, url_prefix=PATH)


@bp.before_request
def closed_here() -> ResponseReturnValue | None:
    """On any device that the office has not opened today, and once school has ended, only that it is closed."""
    site, now = current_site(), now_utc()
    held = request.cookies.get(cookie_name(TABLET), "")
    wanted = tablet.token_of_day(site.key, site.calendar, now)
    if compare_digest(held.encode(), wanted.encode()) and tablet.school_ends(site.calendar, now):
        return None
    return render_template("visitors/closed.html", page=page_settings("home"))


@bp.after_request
def turn_the_page(response: Response) -> Response:
    """Change a cookie with each page: a browser gives up the pages it has kept for Back, and it has them all the same
    where the answer says no-store, with what was typed in them.
    """
    _set_cookie(response, TURN, secrets.token_urlsafe(8))
    return response


@bp.get("/")
@open_to_all
def form() -> ResponseReturnValue:
    """The Code and three questions, once more with what was typed where something was missing."""
    typed = _typed()
    page = render_template(
        "visitors/form.html",
        **_everywhere(),
        code=_code(),
        values=typed,
        errors=_mistakes(typed) if typed else FormErrors(),
        once=secrets.token_urlsafe(16),
        longest=LONGEST,
    )
    response = make_response(page)
    if typed:
        forget_cookie(response, TYPED, PATH)
    return response


@bp.post("/")
@open_to_all
def sign() -> ResponseReturnValue:
    """Write down that a visitor agrees, or take them back to what is missing."""
    site, code = current_site(), _code()
    typed = {name: " ".join(request.form.get(name, "").split()) for name in FIELDS}
    typed["agree"] = request.form.get("agree", "")[:LONGEST]
    if _mistakes(typed):
        return _back_to_form(typed)
    said = {name: typed[name] for name in FIELDS}
    signing = Signing(**said, code_version=code.version, lang=read_in(code, language()))
    book.sign(school(), signing, request.form.get("once", ""), site.today())
    school().commit()
    return redirect(url_for(".after", said="thanks"), 303)


@bp.get("/<any(thanks, no):said>")
@open_to_all
def after(said: str) -> ResponseReturnValue:
    """That it is done, the same page for everybody; or that it is fine not to: nothing of that is written down."""
    template = "visitors/thanks.html" if said == "thanks" else "visitors/no.html"
    return render_template(template, **_everywhere(), today=current_site().today())


def open_here(response: Response, token: str, lasts: timedelta) -> None:
    """This tablet is open for visitors for so long."""
    _set_cookie(response, TABLET, token, lasts)


def _set_cookie(response: Response, audience: str, value: str, lasts: timedelta | None = None) -> None:
    response.set_cookie(
        cookie_name(audience),
        value,
        max_age=lasts,
        path=PATH,
        httponly=True,
        samesite="Strict",
        secure=current_site().config.over_https,
    )


def _everywhere() -> dict[str, Any]:
    """What each page of an open tablet shows: no language is kept when it clears itself."""
    lead = next((one.name for one in officers(school(), [Role.DSL])), "")
    return {"page": page_settings("home"), "lead": lead, "clear_url": url_for(".form", lang=None)}


def _code() -> Code:
    """The visitors' Code in the language of the page where two people approved it, else in English."""
    site, lang = current_site(), language()
    approved = site.in_use.has_code("visitor", lang)
    return site.codes.get("visitor", lang if approved else ENGLISH)


def _mistakes(typed: Mapping[str, str]) -> FormErrors:
    errors = FormErrors()
    for name in FIELDS:
        if not typed.get(name):
            errors.add(name, BLANK[name])
        elif len(typed[name]) > LONGEST:
            errors.add(name, TOO_LONG, limit=LONGEST)
    if typed.get("agree") != "yes":
        errors.add("agree", TICK)
    return errors


def _back_to_form(typed: Mapping[str, str]) -> ResponseReturnValue:
    """To the form with what was typed: sealed in a cookie that the form takes away as it shows it."""
    short = {name: value[: LONGEST + 1] for name, value in typed.items()}
    sealed = lock(_key(), json.dumps(short, ensure_ascii=False).encode())
    response = make_response(redirect(url_for(".form"), 303))
    _set_cookie(response, TYPED, urlsafe_b64encode(sealed).decode(), TYPED_LASTS)
    return response


def _typed() -> dict[str, str]:
    try:
        found = unlock(_key(), urlsafe_b64decode(request.cookies.get(cookie_name(TYPED), "")))
    except (BoxBroken, ValueError):
        return {}
    typed: dict[str, str] = json.loads(found)
    return typed


def _key() -> bytes:
    return current_site().key.derive("visitor-typed")
