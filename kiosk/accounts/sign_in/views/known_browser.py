"""The cookie of a browser in which somebody of the staff has signed in; it opens nothing (promise G10)."""

import uuid

from flask import Response, request

from kiosk.accounts.sign_in.known_browsers import LASTS, recognise_browser, remember_browser
from kiosk.site import current_site
from kiosk.web.cookies import known_cookie_name


def browser_of(staff_id: uuid.UUID | None) -> bytes | None:
    """The number of the browser of this request, if this person has signed in with it; else None."""
    if staff_id is None:
        return None
    site = current_site()
    return recognise_browser(site.key, request.cookies.get(known_cookie_name(), ""), staff_id, site.today())


def remember_here(response: Response, staff_id: uuid.UUID) -> None:
    """Let the browser of this request be known from now on as one of this person's."""
    site, name = current_site(), known_cookie_name()
    response.set_cookie(
        name,
        remember_browser(site.key, request.cookies.get(name, ""), staff_id, site.today()),
        max_age=LASTS,
        path="/staff",
        httponly=True,
        samesite="Strict",
        secure=site.config.over_https,
    )
