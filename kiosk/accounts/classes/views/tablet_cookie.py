"""A cookie that a tablet keeps under /learn, signed by the school: one thing and a number; never a child."""

from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest

from flask import Response, request

from kiosk.site import current_site
from kiosk.web.cookies import cookie_name, forget_cookie

COOKIE_PATH = "/learn"


@dataclass(frozen=True)
class TabletCookie:
    """A kind of cookie on tablets; a cookie signed for one `purpose` is invalid for any other."""

    audience: str
    purpose: str

    def keep(self, response: Response, what: str, number: int, lasts: timedelta) -> None:
        """Set the cookie on the tablet, with this content."""
        response.set_cookie(
            cookie_name(self.audience),
            f"{what}.{number}.{self._signature(what, str(number))}",
            max_age=lasts,
            path=COOKIE_PATH,
            httponly=True,
            samesite="Lax",
            secure=current_site().config.over_https,
        )

    def kept(self) -> tuple[str, int] | None:
        """The content of this tablet's cookie; None if it has none, or one that this school has not signed."""
        what, _, rest = request.cookies.get(cookie_name(self.audience), "").partition(".")
        number, _, mark = rest.partition(".")
        if not compare_digest(mark.encode(), self._signature(what, number).encode()):
            return None
        return what, int(number)

    def forget(self, response: Response) -> None:
        """Delete the cookie from the tablet."""
        forget_cookie(response, self.audience, COOKIE_PATH)

    def _signature(self, what: str, number: str) -> str:
        """The signature of the cookie, which only this school can make; equal content has an equal signature."""
        return current_site().key.derive(self.purpose, f"{what}.{number}".encode(), 16).hex()
