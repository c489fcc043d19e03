"""The report app: its own Flask object, its own database, no cookie, no login, no htmx."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import NullSession, SessionInterface
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from kiosk.calendar.watcher import keep_calendar
from kiosk.compression import compress_pages
from kiosk.config import Config
from kiosk.db import Database
from kiosk.report.slowing import FloodBrake, Slowing
from kiosk.report.views import pages, replies
from kiosk.report.writer import Writer
from kiosk.sealing.site_key import SiteKey
from kiosk.security import guard
from kiosk.templating import install_template_globals

TEMPLATES_DIR = Path(__file__).parent.parent / "templates"
HARD_LIMIT_BYTES = (
    256 * 1024
)  # over it nothing is read; between pages.SOFT_LIMIT_BYTES and this the text is kept


class NoSessions(SessionInterface):
    """Nothing is read from a cookie and nothing is ever set."""

    def open_session(self, app: Flask, request: Any) -> NullSession:
        """An empty session that cannot be written."""
        return NullSession()

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Nothing."""


class ReportFlask(Flask):
    """A Flask app whose log lines hold neither an address, nor a value, nor a time of day (promise A8)."""

    def log_exception(self, exc_info: Any) -> None:
        """Class and place of an error that even the error page met."""
        self.logger.error("report zone: %s at %s", exc_info[0].__name__, _place_of(exc_info[1]))


def create_report_app(config: Config, database: Database, key: SiteKey, content: Mapping[str, Any]) -> Flask:
    """The app of the anonymous zone, over content that was read at start; raises SettingError."""
    app = ReportFlask("kiosk.report", static_folder=None, template_folder=str(TEMPLATES_DIR))
    app.config.update(
        KIOSK=config, MAX_CONTENT_LENGTH=HARD_LIMIT_BYTES, MAX_FORM_MEMORY_SIZE=HARD_LIMIT_BYTES
    )
    app.session_interface = NoSessions()
    _log_without_times(app)
    app.extensions.update(
        {
            "kiosk.reports": database,
            "kiosk.key": key,
            "kiosk.ready_pages": {},
            "kiosk.flood_brake": FloodBrake(),
            "kiosk.slowing": Slowing(),
            "kiosk.writer": Writer(database, config.spool_path),
            "kiosk.pictures": content["kiosk.pictures"],
            "kiosk.wordings": content["kiosk.wordings"],
            "kiosk.facts": content["kiosk.facts"],
        }
    )
    keep_calendar(app, config)
    guard(app, config)
    compress_pages(app)
    install_template_globals(app, config, content["kiosk.pictures"])
    app.jinja_env.globals["monitoring_notice"] = config.monitoring_notice
    app.register_blueprint(pages.bp)
    app.register_blueprint(replies.bp)
    _handle_errors(app)
    return app


def _handle_errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        try:
            return pages.show_problem(error.code), error.code
        except Exception as broken:  # even the page that helps may break: the plain one is left
            return _plainly(app, broken)

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> ResponseReturnValue:
        return _plainly(app, error)


def _plainly(app: Flask, error: Exception) -> ResponseReturnValue:
    # Class and place only: a message or a traceback can hold what a child typed (promise A8).
    app.logger.error("report zone: %s at %s", type(error).__name__, _place_of(error))
    return app.jinja_env.get_template("errors/broken.html").render(), 500


def _log_without_times(app: Flask) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    app.logger.handlers = [handler]
    app.logger.propagate = False


def _place_of(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
