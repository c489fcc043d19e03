"""The same-origin rule and the headers of every response, shared by both apps."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Flask, Response, request
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Request

from kiosk.config import Config
from kiosk.site import HasPages
from kiosk.storage.outages import TRY_AGAIN_SECONDS

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# Pages of children and staff play what adults have read aloud; no other page plays anything.
PLAYING = ("/learn/", "/staff/")
# What a family opened is no business of the next site, nor of this one's own list of requests.
UNSAID = {"Referrer-Policy": "no-referrer"}
PLAYS = {"Content-Security-Policy": f"{CONTENT_POLICY}; media-src 'self'"}
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
CAMERA_HERE = (
    "camera=(self), microphone=(), geolocation=()"  # on the page that reads a card, and nowhere else
)
NO_STORE = {"Cache-Control": "no-store"}
RETRY_AFTER = {"Retry-After": str(TRY_AGAIN_SECONDS)}
ONE_YEAR_SECONDS = 365 * 24 * 3600
OVER_HTTPS = {"Strict-Transport-Security": f"max-age={ONE_YEAR_SECONDS}"}
FILES_TYPE = "multipart/form-data"

View = TypeVar("View", bound=Callable[..., Any])


def is_same_origin(sent: Request, public_url: str) -> bool:
    """Whether a changing request came from our own page (promise A14; OWASP: Fetch Metadata, Origin fallback)."""
    if sent.method in SAFE_METHODS:
        return True
    site = sent.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return sent.headers.get("Origin") == public_url


def headers_for(config: Config) -> dict[str, str]:
    """The security headers of everything that this school's kiosk sends."""
    return HEADERS | OVER_HTTPS if config.over_https else HEADERS


class SecureResponse(Response):
    """A response that leaves with the security headers: no caching, no camera, no framing by other sites.

    They are added in the end, as each header of a response in the making costs more than all of them there.
    """

    guards: dict[str, str] | None = None  # the school's security headers; None before the first request

    def get_wsgi_response(self, environ: Any) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """What is sent, with each security header that it has not set itself."""
        body, status, headers = super().get_wsgi_response(environ)
        if self.guards is None:
            return body, status, headers
        said = NO_STORE | RETRY_AFTER if self.status_code == 503 else NO_STORE
        present = {name.lower() for name, _ in headers}
        added = [pair for pair in (self.guards | said).items() if pair[0].lower() not in present]
        return body, status, headers + added


def add_vary(response: Response, header: str) -> None:
    """Say that the response depends on one more header of the request; the list itself is not read."""
    before = response.headers.get("Vary")
    response.headers["Vary"] = f"{before}, {header}" if before else header


def takes_files(view: View) -> View:
    """Mark a view whose form may hold a file; every other one answers such a form with 415."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def refuse_files(app: Flask) -> None:
    """Refuse forms with files before anything reads them, except where a view is marked with `takes_files`."""

    @app.before_request
    def _words_only() -> None:
        if request.endpoint is None or request.mimetype != FILES_TYPE:
            return
        if not getattr(app.view_functions[request.endpoint], "takes_files", False):
            raise UnsupportedMediaType


def add_security_headers(app: Flask, site: Callable[[], HasPages]) -> None:
    """Add the headers to every response of an app, including error pages."""
    app.response_class = SecureResponse

    @app.after_request
    def _headers(response: Response) -> Response:
        if "HTTP_HX_REQUEST" in request.environ and getattr(request, "htmx", False):
            add_vary(response, "HX-Request")
        assert isinstance(response, SecureResponse)  # Flask makes every response one of the app's own
        guards = headers_for(site().config)
        if request.path.startswith(PLAYING):
            guards = guards | PLAYS
        response.guards = guards | UNSAID if request.path.startswith("/home") else guards
        return response
