"""Errors that mean something to a person, each with its status and the page that helps."""

from dataclasses import dataclass

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from kiosk.i18n import door


class KioskError(Exception):
    """A refusal whose page says what to do; subclasses carry the status and the words."""

    status = 400


class NotFound(KioskError):
    """There is nothing here, or nothing that this person may know of."""

    status = 404


class NotAllowed(KioskError):
    """The person is known but this is not theirs."""

    status = 403


class StrangeOrigin(KioskError):
    """A form that did not come from our own page (promise A14)."""

    status = 403


class KeyLocked(KioskError):
    """A reader whose key is put away: the password brings it back (promise S3)."""

    status = 401


@dataclass(frozen=True)
class ErrorPage:
    """What an error page shows."""

    picture: str
    title: str
    line: str


def page_for(status: int) -> ErrorPage:
    """The words and picture of an HTTP status; never blames the reader."""
    pages = {
        400: ErrorPage(
            "compass", _("We could not read that"), _("You did nothing wrong. Please go back and try again.")
        ),
        403: ErrorPage(
            "lock", _("This page is not yours to open"), _("Ask the person who runs kiosk if you need it.")
        ),
        404: ErrorPage(
            "compass", _("We can't find that page"), _("You did nothing wrong. It may have moved.")
        ),
        405: ErrorPage(
            "compass", _("That does not work here"), _("You did nothing wrong. Please go back and try again.")
        ),
        409: ErrorPage(
            "clock", _("Somebody changed this before you"), _("Please look again and try once more.")
        ),
        413: ErrorPage("pencil", _("That was too long for us"), _("Please make it shorter and try again.")),
        415: ErrorPage(
            "pencil", _("We only take words here"), _("Pictures and files cannot be sent to kiosk.")
        ),
        429: ErrorPage("clock", _("Please wait a moment"), _("Then try again. You did nothing wrong.")),
        503: ErrorPage("wrench", _("We are busy for a moment"), _("Please try again in a minute.")),
    }
    return pages.get(
        status,
        ErrorPage(
            "wrench",
            _("Something broke on our side"),
            _("You did nothing wrong. Please try again in a minute."),
        ),
    )


def show_error(status: int) -> ResponseReturnValue:
    """The page for a status, in the skin of the door that was knocked on."""
    at_staff = door() == "staff" and g.get("staff_page_ready", False)
    template = "errors/staff.html" if at_staff else "errors/error.html"
    return render_template(template, error=page_for(status), status=status, retry_url=request.path), status


def handle_errors(app: Flask) -> None:
    """Turn every error of the school app into a page that helps."""

    @app.errorhandler(KioskError)
    def _refused(error: KioskError) -> ResponseReturnValue:
        return show_error(error.status)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        return show_error(error.code)

    @app.errorhandler(OperationalError)
    def _busy(error: OperationalError) -> ResponseReturnValue:
        app.logger.error("the database did not answer: %s", type(error.orig).__name__)
        return show_error(503)

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> ResponseReturnValue:
        app.logger.exception("unexpected error in %s", request.endpoint)
        return app.jinja_env.get_template(
            "errors/broken.html"
        ).render(), 500  # no context: it may be what broke
