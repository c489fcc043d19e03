"""The same-origin rule and the headers of every response, shared by both apps."""

from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.wrappers import Request

from kiosk.config import Config
from kiosk.site import HasTermDates

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
ONE_YEAR_SECONDS = 365 * 24 * 3600


def is_same_origin(sent: Request, public_url: str) -> bool:
    """Whether a changing request came from our own page (promise A14; OWASP: Fetch Metadata, Origin fallback)."""
    if sent.method in SAFE_METHODS:
        return True
    site = sent.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return sent.headers.get("Origin") == public_url


def add_headers(response: Response, config: Config) -> Response:
    """Add the security headers: no caching, no camera, no framing by other sites."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if config.over_https:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR_SECONDS}")
    return response


def guard(app: Flask, site: Callable[[], HasTermDates]) -> None:
    """Add the headers to every response of an app, including error pages."""

    @app.after_request
    def _headers(response: Response) -> Response:
        if getattr(request, "htmx", False) or response.headers.get("HX-Reswap"):
            response.vary.add("HX-Request")
        return add_headers(response, site().config)
