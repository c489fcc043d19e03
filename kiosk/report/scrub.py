"""The first layer in front of the report app: removes everything about person, place and device (promise A3)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

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


def scrub(report_app: "WSGIApplication") -> "WSGIApplication":
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
