"""Compresses pages, but no staff page, as those have both secrets and text that other people chose."""

import gzip

from flask import Flask, Response, request

from kiosk.web.security import add_vary

SMALLEST_BYTES = 1000
LEVEL = 5


def compress_pages(app: Flask) -> None:
    """Gzip HTML pages outside /staff if the browser accepts it."""

    @app.after_request
    def _compress(response: Response) -> Response:
        if request.path.startswith("/staff") or response.mimetype != "text/html" or response.is_streamed:
            return response
        add_vary(response, "Accept-Encoding")
        if "gzip" not in request.environ.get("HTTP_ACCEPT_ENCODING", ""):
            return response
        if "Content-Encoding" in response.headers:  # a padded page, whose length must reveal nothing
            return response
        body = response.get_data()
        if len(body) >= SMALLEST_BYTES and request.accept_encodings["gzip"] > 0:
            # No time inside: a page of the report zone must not say when it was made.
            response.set_data(gzip.compress(body, LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response
