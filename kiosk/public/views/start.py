"""The start page of a tablet, the settings of the look, and the health check; no cookie, no sign-in."""

import re
from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.blueprints import band_page
from kiosk.accounts.sign_in.login import open_to_all, pupil_required, signed_in_pupil
from kiosk.host.heartbeat import worker_stopped
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import NotFound
from kiosk.web.i18n import (
    address_key,
    band,
    keep_own_look,
    language_links,
    look,
    page_settings,
    tablet,
    tell_url,
    telling_language,
)
from kiosk.web.look import LOOKS, Look
from kiosk.web.templating import whole_page

OK, UNAVAILABLE = 200, 503
PUPILS_PAGE = re.compile(r"/learn/(lessons/[\w/-]*|known)")

bp = Blueprint("public", __name__)


@bp.get("/")
@open_to_all
def start() -> ResponseReturnValue:
    """Three ways in: learn, tell, our Code."""
    address = address_key("fresh")
    return whole_page(
        "public/start.html",
        address if address is None else (page_settings(band()), address),
        lambda: {
            "languages": language_links(),
            "tell": tell_url(band()),
            "replies": f"/report/replies/{telling_language()}{tablet().part}",
        },
    )


@bp.get("/look")
@open_to_all
def look_form() -> ResponseReturnValue:
    """Settings of size, space, colour and movement, carried in the address and not stored."""
    return render_template("public/look.html", looks=LOOKS, chosen=look())


@bp.get("/look/keep")
@open_to_all
def keep_look() -> ResponseReturnValue:
    """Go back to the start page with the chosen look."""
    chosen = Look(**{name: _known_value(name, request.args) for name in LOOKS})
    return _redirect(url_for("public.start", look=chosen.code or None))


@bp.get("/learn/look")
@pupil_required
def pupil_look() -> ResponseReturnValue:
    """The same settings for a child who has come in."""
    page = band_page(signed_in_pupil().class_group.band)
    return render_template("public/pupil_look.html", **page, chosen=look(), back=_back_url(request.args))


@bp.post("/learn/look")
@pupil_required
def keep_pupil_look() -> ResponseReturnValue:
    """Keep the look until this child leaves, and go back to the very page."""
    chosen = Look(**{name: _known_value(name, request.form) for name in LOOKS})
    keep_own_look(chosen)
    return _redirect(_back_url(request.form))


@bp.get("/healthz")
@open_to_all
def health() -> ResponseReturnValue:
    """One word for a monitor: what is wrong, or that nothing is. The same for everybody, without any figure."""
    site = current_site()
    if not site.databases.are_up():
        word = "database"
    elif worker_stopped(site.config, now_utc()):
        word = "worker"
    else:
        word = "ok"
    status = OK if word == "ok" else UNAVAILABLE
    return Response(word + "\n", status=status, content_type="text/plain; charset=utf-8")


def _redirect(address: str) -> ResponseReturnValue:
    return "", 303, {"Location": address}


def _back_url(said: Mapping[str, str]) -> str:
    """The page that a child came from; today for an address that is none of a child's pages."""
    back = said.get("back", "")
    return back if PUPILS_PAGE.fullmatch(back) else url_for("lessons.index")


def _known_value(name: str, said: Mapping[str, str]) -> str:
    value = said.get(name, "")
    return value if value in LOOKS[name][1:] else ""


@bp.get("/.well-known/security.txt")
@open_to_all
def security_contact() -> ResponseReturnValue:
    """Whom to tell of a weakness of this site (RFC 9116); nothing where the school named nobody, or no longer."""
    config = current_site().config
    ends = config.security_expires
    if ends is None or ends < now_utc().astimezone(config.zone).date():
        raise NotFound
    lines = [
        f"Contact: {config.security_contact}",
        f"Expires: {ends}T23:59:59Z",
        f"Canonical: {config.public_url}{request.path}",
        f"Preferred-Languages: {', '.join(config.language_list)}",
    ]
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
