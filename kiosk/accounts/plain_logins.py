"""What flask-login does for every page, without what kiosk never uses."""

from flask import Response
from flask_login import LoginManager


class PlainLogins(LoginManager):  # type: ignore[misc]  # flask-login has no types
    """A login manager without a second cookie, and without a digest of the tablet's address and browser."""

    def _session_protection_failed(self) -> bool:
        """Never, as no digest is kept with which one could be compared; it would be made for each page."""
        return False

    def _load_user_from_remember_cookie(self, cookie: str) -> None:
        """Nobody: whoever sends such a cookie is as if without it."""

    def _update_remember_cookie(self, response: Response) -> Response:
        """The response as it is."""
        return response
