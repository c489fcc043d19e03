"""The report app: a separate Flask app with its own database, without cookies, sign-in or htmx."""

import logging
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import NullSession, SessionInterface
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from kiosk.compression import compress_pages
from kiosk.outages import OnceAMinute, is_away, place_of
from kiosk.report.site import ReportSite, current_report_site
from kiosk.report.views import pages, replies
from kiosk.security import guard
from kiosk.site import Hosts, PlainFlask, serve_hosts
from kiosk.stores import read_before_stores
from kiosk.templating import install_template_globals

TEMPLATES_DIR = Path(__file__).parent.parent / "templates"
HARD_LIMIT_BYTES = (
    256 * 1024
)  # a longer form is not read; between pages.SOFT_LIMIT_BYTES and this the typed text is kept


class NoSessions(SessionInterface):
    """A session interface that never reads or sets a cookie."""

    def open_session(self, app: Flask, request: Any) -> NullSession:
        """An empty session that cannot be written."""
        return NullSession()

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Do nothing, as there is nothing to save."""


class ReportFlask(PlainFlask):
    """A Flask app that logs no addresses, values or times of day (promise A8)."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._once = OnceAMinute()

    def log_exception(self, exc_info: Any) -> None:
        """Log an error, as Flask asks for it."""
        self.note(exc_info[1])

    def note(self, error: BaseException) -> None:
        """Log the class and place of an error, once a minute: its message can contain what a child typed."""
        kind = f"{type(error).__name__} at {place_of(error)}"
        if self._once.passes(kind):
            self.logger.error("report zone: %s", kind)


def create_report_app(hosts: Hosts[ReportSite]) -> Flask:
    """The app of the anonymous zone; everything of a school it finds through `hosts`, for each request."""
    app = ReportFlask("kiosk.report", static_folder=None, template_folder=str(TEMPLATES_DIR))
    app.config.update(MAX_CONTENT_LENGTH=HARD_LIMIT_BYTES, MAX_FORM_MEMORY_SIZE=HARD_LIMIT_BYTES)
    app.session_interface = NoSessions()
    _log_without_times(app)
    read_before_stores(app)
    serve_hosts(app, hosts)
    guard(app, current_report_site)
    compress_pages(app)
    install_template_globals(app, current_report_site)
    app.context_processor(lambda: {"monitoring_notice": current_report_site().config.monitoring_notice})
    app.register_blueprint(pages.bp)
    app.register_blueprint(replies.bp)
    _handle_errors(app)
    return app


def _handle_errors(app: ReportFlask) -> None:
    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        return _problem(app, error.code)

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> ResponseReturnValue:
        app.note(error)
        return _problem(app, 503) if is_away(error) else _plainly(app)


def _problem(app: ReportFlask, status: int) -> ResponseReturnValue:
    try:
        return pages.show_problem(status), status
    except Exception as broken:  # if the error page fails too, a plain one is left
        app.note(broken)
        return _plainly(app)


def _plainly(app: Flask) -> ResponseReturnValue:
    return app.jinja_env.get_template("errors/broken.html").render(), 500


def _log_without_times(app: Flask) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    app.logger.handlers = [handler]
    app.logger.propagate = False
