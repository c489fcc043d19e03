"""Compresses pages, but no staff page, as those have both secrets and text that other people chose."""

import gzip

from flask import Flask, Response, request

from kiosk.web.security import add_vary

SMALLEST_BYTES = 1000
LEVEL = 5
HEAD_BYTES = 10  # of a gzip file, before its optional fields (RFC 1952)
FLAGS_AT, HAS_EXTRA = 3, 4
EXTRA_HEAD = 6  # its length, and the name and length of the one field in it


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
            response.set_data(_gzipped(body))
            response.headers["Content-Encoding"] = "gzip"
        return response


def padded_gzip(response: Response, size: int) -> Response:
    """A page compressed to a multiple of this size; plain for a browser that does not take it.

    The padding is a field of the gzip header, which every browser passes over: in the page it would be compressed.
    """
    if request.accept_encodings["gzip"] > 0:
        packed = _gzipped(response.get_data())
        over = -(len(packed) + EXTRA_HEAD) % size
        inside = over.to_bytes(2, "little") + bytes(over)
        extra = (len(inside) + 2).to_bytes(2, "little") + b"kp" + inside
        head = bytearray(packed[:HEAD_BYTES])
        head[FLAGS_AT] |= HAS_EXTRA
        response.set_data(bytes(head) + extra + packed[HEAD_BYTES:])
        response.headers["Content-Encoding"] = "gzip"
    return response


def _gzipped(body: bytes) -> bytes:
    # No time inside: a page of the report zone must not say when it was made.
    return gzip.compress(body, LEVEL, mtime=0)
