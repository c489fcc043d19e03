"""One WSGI application: built files, the school app, and the report app behind its scrubber."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

from kiosk.app import create_app, read_content
from kiosk.config import Config
from kiosk.db import Databases, open_database
from kiosk.report.app import create_report_app
from kiosk.report.scrub import scrub
from kiosk.schema import check_current
from kiosk.sealing.site_key import read_site_key
from kiosk.security import HEADERS
from kiosk.templating import BUILT_DIR

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATIC_SECONDS = 30 * 24 * 3600


def open_databases(config: Config) -> Databases:
    """The three stores named in the settings; raises DatabaseNotSafe."""
    return Databases(
        open_database(config.school_url),
        open_database(config.reports_url),
        open_database(config.sessions_store_url),
    )


@contextmanager
def opened(config: Config) -> Iterator[Databases]:
    """The three stores for one command; their connections are closed at its end."""
    databases = open_databases(config)
    try:
        yield databases
    finally:
        databases.dispose()


def create_wsgi(
    config: Config, databases: Databases | None = None, content: Mapping[str, Any] | None = None
) -> "WSGIApplication":
    """Everything that a server needs to serve one school; raises instead of starting on anything not in order."""
    stores = databases or open_databases(config)
    check_current(stores)
    key = read_site_key(config.key_path)
    held = content or read_content(config)
    school_app = create_app(config, stores, key, held)
    report_app = scrub(create_report_app(config, stores.reports, key, held).wsgi_app)

    def choose(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/report" or path.startswith("/report/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/report"
            environ["PATH_INFO"] = path.removeprefix("/report") or "/"
            return report_app(environ, start_response)
        answer: Iterable[bytes] = school_app.wsgi_app(environ, start_response)
        return answer

    whole: WSGIApplication = WhiteNoise(
        choose,
        root=str(BUILT_DIR),
        prefix="/static/built/",
        max_age=STATIC_SECONDS,
        allow_all_origins=False,
        add_headers_function=_static_headers,
    )
    return whole


def _static_headers(headers: "StaticFile", path: str, url: str) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
