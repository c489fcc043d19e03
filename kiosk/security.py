"""The same-origin rule and the headers of every response, shared by both apps."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, request
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Request

from kiosk.config import Config
from kiosk.outages import TRY_AGAIN_SECONDS
from kiosk.site import HasPages

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
NEVER_KEPT = {"Cache-Control": "no-store"}
COME_BACK = {"Retry-After": str(TRY_AGAIN_SECONDS)}
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


def add_headers(response: Response, config: Config) -> Response:
    """Add the security headers: no caching, no camera, no framing by other sites; when to come back."""
    added = headers_for(config) | (NEVER_KEPT if response.status_code != 503 else NEVER_KEPT | COME_BACK)
    present = {name.lower() for name, _ in response.headers}
    for name, value in added.items():
        if name.lower() not in present:
            response.headers.add(name, value)
    return response


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


def guard(app: Flask, site: Callable[[], HasPages]) -> None:
    """Add the headers to every response of an app, including error pages."""

    @app.after_request
    def _headers(response: Response) -> Response:
        if getattr(request, "htmx", False) or response.headers.get("HX-Reswap"):
            response.vary.add("HX-Request")
        return add_headers(response, site().config)
