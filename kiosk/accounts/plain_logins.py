"""What flask-login does for every page, without what kiosk never uses."""

from flask import Response, session
from flask_login import LoginManager

NAMED = "_user_id"  # where flask-login keeps who has signed in


class PlainLogins(LoginManager):  # type: ignore[misc]  # flask-login has no types
    """A login manager that looks at the session alone.

    It has no second cookie, so whoever sends one is as if without it, and makes no digest of the tablet's address and
    browser for each page.
    """

    def _load_user(self) -> None:
        """Whoever the session names, as long as they may still be in; else nobody."""
        named = session.get(NAMED)
        self._update_request_context_with_user(self._user_callback(named) if named else None)

    def _update_remember_cookie(self, response: Response) -> Response:
        """The response as it is."""
        return response
