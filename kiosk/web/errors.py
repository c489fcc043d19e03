"""Errors with a meaning for people, each with its HTTP status and a page that helps and asks no database."""

from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from werkzeug.exceptions import HTTPException

from kiosk.storage.outages import DATABASE_ERRORS, TRY_AGAIN_SECONDS, ErrorLog, is_away
from kiosk.web.i18n import site_part

UNAVAILABLE = 503
ERROR_LOG = "kiosk.error_log"
Found = TypeVar("Found")


class KioskError(Exception):
    """An error whose page says what to do; subclasses have the status and the text."""

    status = 400


class NotFound(KioskError):
    """The page does not exist, or this person may not know of it."""

    status = 404


class NotAllowed(KioskError):
    """The person is signed in but may not open this page."""

    status = 403


class CrossOriginRequest(KioskError):
    """A form that did not come from our own page (promise A14)."""

    status = 403


class KeyLocked(KioskError):
    """The reader's key is locked; the password unlocks it (promise S3)."""

    status = 401


def or_404(found: Found | None) -> Found:
    """What was found; raises NotFound where nothing was."""
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class ErrorPage:
    """What an error page shows."""

    picture: str
    title: str
    line: str


def page_for(status: int) -> ErrorPage:
    """The text and picture for an HTTP status; they never blame the reader."""
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
        503: ErrorPage(
            "wrench",
            _("We are busy for a moment"),
            _("Please try again in a minute. If you want to tell someone, that works now too."),
        ),
    }
    return pages.get(
        status,
        ErrorPage(
            "wrench",
            _("Something broke on our side"),
            _("You did nothing wrong. Please try again in a minute."),
        ),
    )


def show_error(status: int) -> tuple[str, int]:
    """The page for a status, in the skin of the part of the site that was requested; no database is asked for it."""
    g.on_error_page = True
    at_staff = site_part() == "staff" and g.get("staff_page_ready", False) and status != UNAVAILABLE
    if not at_staff:
        g.staff_page_ready = False
        g._login_user = AnonymousUserMixin()  # otherwise the page would look up who is signed in
    template = (
        "errors/staff.html" if at_staff else "families/error.html" if _at_home() else "errors/error.html"
    )
    return render_template(template, error=page_for(status), status=status, retry_url=request.path), status


def _at_home() -> bool:
    """Whether a family asked; the board of a class only has its address there."""
    return site_part() == "home" and not request.path.startswith("/home/board")


def handle_errors(app: Flask) -> None:
    """Turn every error of the school app into a page that helps."""
    log = app.extensions[ERROR_LOG] = ErrorLog(app.logger)

    @app.before_request
    def _session_store_away() -> None:
        if "session_error" in g:
            raise g.session_error

    @app.errorhandler(KioskError)
    def _refused(error: KioskError) -> ResponseReturnValue:
        return show_error(error.status)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        return show_error(error.code)

    def _database(error: Exception) -> ResponseReturnValue:
        if not is_away(error):
            return _broken(error)
        log.log_outage(error)
        return show_error(UNAVAILABLE)

    for kind in DATABASE_ERRORS:
        app.register_error_handler(kind, _database)

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> ResponseReturnValue:
        log.log_failure(f"unexpected error in {request.endpoint}", error)
        template = "families/broken.html" if _at_home() else "errors/broken.html"
        # Rendered without the template context, which may be what failed.
        return app.jinja_env.get_template(template).render(), 500


def put_outage_page(response: Response, error: Exception) -> None:
    """Make a response that is ready the page of a database that is away, because something could not be kept."""
    current_app.extensions[ERROR_LOG].log_outage(error)
    response.headers.pop("Content-Encoding", None)
    response.headers.pop("Location", None)
    page, response.status_code = show_error(UNAVAILABLE)
    response.set_data(page)
    response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)  # the other headers are there already
