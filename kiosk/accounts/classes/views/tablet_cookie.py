"""A cookie that a tablet keeps under /learn, signed by the school: one thing and until when; never a child."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from flask import Response, request

from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.cookies import cookie_name, forget_cookie

COOKIE_PATH = "/learn"


@dataclass(frozen=True)
class TabletCookie:
    """A kind of cookie on tablets; a cookie signed for one `purpose` is invalid for any other."""

    audience: str
    purpose: str

    def keep(self, response: Response, what: str, ends: datetime) -> None:
        """Set the cookie on the tablet, with this content until then."""
        until = str(int(ends.timestamp()))
        response.set_cookie(
            cookie_name(self.audience),
            f"{what}.{until}.{self._signature(what, until)}",
            max_age=ends - now_utc(),
            path=COOKIE_PATH,
            httponly=True,
            samesite="Lax",
            secure=current_site().config.over_https,
        )

    def kept(self) -> str | None:
        """The content of this tablet's cookie; None if it has none, or one that ended or this school did not sign."""
        what, _, rest = request.cookies.get(cookie_name(self.audience), "").partition(".")
        until, _, mark = rest.partition(".")
        if not compare_digest(mark.encode(), self._signature(what, until).encode()):
            return None
        return what if now_utc().timestamp() < int(until) else None

    def forget(self, response: Response) -> None:
        """Delete the cookie from the tablet."""
        forget_cookie(response, self.audience, COOKIE_PATH)

    def _signature(self, what: str, until: str) -> str:
        """The signature of the cookie, which only this school can make; equal content has an equal signature."""
        return current_site().key.derive(self.purpose, f"{what}.{until}".encode(), 16).hex()
