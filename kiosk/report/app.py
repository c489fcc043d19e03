"""The report app: a separate Flask app with its own database, without cookies, sign-in or htmx."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.sessions import NullSession, SessionInterface
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from kiosk.report.form import views
from kiosk.report.replies import views as replies
from kiosk.report.site import ReportSite, current_report_site
from kiosk.site import Hosts, SyncFlask, serve_hosts
from kiosk.storage.outages import LogThrottle, is_away, place_of
from kiosk.web.compression import compress_pages
from kiosk.web.request_sessions import read_body_first
from kiosk.web.security import add_security_headers
from kiosk.web.templating import install_template_globals

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


TEMPLATES_DIR = Path(__file__).parent.parent / "templates"
# a longer form is not read; between pages.SOFT_LIMIT_BYTES and this the typed text is kept
HARD_LIMIT_BYTES = 256 * 1024
# An allow-list, so that new headers of browsers or proxies are dropped as well.
KEPT_HEADERS = frozenset({"HTTP_HOST", "HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_ACCEPT_ENCODING"})
KEPT_SERVER = frozenset(
    {
        "REQUEST_METHOD",
        "SCRIPT_NAME",
        "PATH_INFO",
        "CONTENT_TYPE",
        "CONTENT_LENGTH",
        "SERVER_NAME",
        "SERVER_PORT",
        "SERVER_PROTOCOL",
        "wsgi.version",
        "wsgi.url_scheme",
        "wsgi.input",
        "wsgi.input_terminated",
        "wsgi.errors",
        "wsgi.multithread",
        "wsgi.multiprocess",
        "wsgi.run_once",
    }
)
KEPT = KEPT_HEADERS | KEPT_SERVER


class NoSessions(SessionInterface):
    """A session interface that never reads or sets a cookie."""

    def open_session(self, app: Flask, request: Any) -> NullSession:
        """An empty session that cannot be written."""
        return NullSession()

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Do nothing, as there is nothing to save."""


class ReportFlask(SyncFlask):
    """A Flask app that logs no addresses, values or times of day (promise A8)."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._once = LogThrottle()

    def log_exception(self, exc_info: Any) -> None:
        """Log an error, as Flask asks for it."""
        self.note(exc_info[1])

    def note(self, error: BaseException) -> None:
        """Log the class and place of an error, once a minute: its message can contain what a child typed."""
        kind = f"{type(error).__name__} at {place_of(error)}"
        if self._once.allows(kind):
            self.logger.error("report zone: %s", kind)


def create_report_app(hosts: Hosts[ReportSite]) -> Flask:
    """The app of the anonymous zone; everything of a school it finds through `hosts`, for each request."""
    app = ReportFlask("kiosk.report", static_folder=None, template_folder=str(TEMPLATES_DIR))
    app.config.update(MAX_CONTENT_LENGTH=HARD_LIMIT_BYTES, MAX_FORM_MEMORY_SIZE=HARD_LIMIT_BYTES)
    app.session_interface = NoSessions()
    _log_without_times(app)
    read_body_first(app)
    serve_hosts(app, hosts)
    add_security_headers(app, current_report_site)
    compress_pages(app)
    install_template_globals(app, current_report_site)
    app.context_processor(lambda: {"monitoring_notice": current_report_site().config.monitoring_notice})
    app.register_blueprint(views.bp)
    app.register_blueprint(replies.bp)
    _handle_errors(app)
    return app


def _handle_errors(app: ReportFlask) -> None:
    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        return _problem_page(app, error.code)

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> ResponseReturnValue:
        app.note(error)
        return _problem_page(app, 503) if is_away(error) else _plain_error_page(app)


def _problem_page(app: ReportFlask, status: int) -> ResponseReturnValue:
    try:
        return views.show_problem(status), status
    except Exception as broken:  # if the error page fails too, a plain one is left
        app.note(broken)
        return _plain_error_page(app)


def _plain_error_page(app: Flask) -> ResponseReturnValue:
    return app.jinja_env.get_template("errors/broken.html").render(), 500


def _log_without_times(app: Flask) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    app.logger.handlers = [handler]
    app.logger.propagate = False


def scrub_requests(report_app: "WSGIApplication") -> "WSGIApplication":
    """The report app behind an allow-list; an address with a query string is redirected to the one without."""

    def scrubbed(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("QUERY_STRING"):
            return _to_clean_address(environ, start_response)
        clean = {name: value for name, value in environ.items() if name in KEPT}
        clean["QUERY_STRING"] = ""
        return report_app(clean, _without_cookies(start_response))

    return scrubbed


def _to_clean_address(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1", "replace")
    address = "".join(chr(byte) if chr(byte) in _PATH_LETTERS else f"%{byte:02X}" for byte in path)
    headers = [("Location", address), ("Cache-Control", "no-store"), ("Content-Length", "0")]
    start_response("308 Permanent Redirect", headers)
    return [b""]


def _without_cookies(start_response: "StartResponse") -> "StartResponse":
    def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
        kept = [(name, value) for name, value in headers if name.lower() != "set-cookie"]
        return start_response(status, kept, exc_info)  # type: ignore[arg-type]

    return start  # type: ignore[return-value]


_PATH_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
