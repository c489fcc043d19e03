"""Smaller pages for slow networks; staff pages stay as they are, since they mix other people's words with secrets."""

import gzip

from flask import Flask, Response, request

SMALLEST_BYTES = 1000
LEVEL = 5


def compress_pages(app: Flask) -> None:
    """Gzip HTML outside /staff where the browser takes it."""

    @app.after_request
    def _compress(response: Response) -> Response:
        if request.path.startswith("/staff") or response.mimetype != "text/html" or response.is_streamed:
            return response
        response.vary.add("Accept-Encoding")
        if "Content-Encoding" in response.headers:  # a page whose length must tell nothing
            return response
        body = response.get_data()
        if len(body) >= SMALLEST_BYTES and request.accept_encodings["gzip"] > 0:
            # No file time inside: a page of the report zone carries nothing of when it was made.
            response.set_data(gzip.compress(body, LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response
