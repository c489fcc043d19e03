"""The blueprint of the families' side: the same bytes for everybody, so a page may be kept by whoever carries it."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from kiosk.site import current_site
from kiosk.web.security import SAFE_METHODS
from kiosk.wording.facts import Helpline

KEPT_SECONDS = 600
OK = 200
NSPCC = "nspcc"

bp = Blueprint("families", __name__, url_prefix="/home")


@bp.after_request
def keep_for_everybody(response: Response) -> Response:
    """Let a browser keep the page for a few minutes, and ask again by its mark (promise F1)."""
    if request.method not in SAFE_METHODS or response.status_code != OK:
        return response
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:24], weak=True)
    response.make_conditional(request)  # which changes it in place
    return response


def page_at(path: str) -> tuple[str, dict[str, Any]] | None:
    """What url_for makes of the address of a page, also of one that has a shorter address as well; None for no page."""
    pages = current_app.url_map.bind("")
    try:
        try:
            endpoint, values = pages.match(path, method="GET")
        except RequestRedirect as shorter:
            endpoint, values = pages.match(urlsplit(shorter.new_url).path, method="GET")
    except HTTPException:
        return None
    return endpoint, dict(values)


@bp.app_template_global("family_numbers")
def family_numbers() -> Helpline | None:
    """The line that stands beside 999 on pages of families, where the school's nation has it."""
    found: Helpline | None = current_site().facts.helplines.all.get(NSPCC)
    return found


@bp.app_template_global("tea_table")
def tea_table() -> Markup:
    """The picture of the pages for families."""
    return current_site().tea_table


@bp.app_template_global("leaves_to")
def leaves_to() -> str:
    """Where Leave goes: to the school's own web site, else to the start page."""
    return current_site().config.school_site or url_for("public.start")
