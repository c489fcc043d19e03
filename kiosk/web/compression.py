"""Compresses pages, but no staff page, as those have both secrets and text that other people chose."""

import gzip
import zlib
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import blake2b

from flask import Flask, Response, g, request

from kiosk.host.page_cache import PageCache
from kiosk.web.security import add_vary

SMALLEST_BYTES = 1000
LEVEL = 5
# Of a gzip file with one field of our own (RFC 1952). No time, as a page of the report zone must not say when it was
# made.
GZIP_HEAD = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff"
# Besides what is compressed: the head, the field's two lengths and name, checksum and length of the page.
GZIP_FRAME = len(GZIP_HEAD) + 6 + 8
STORED_BLOCK = b"\0"  # of a deflate stream, not its last one (RFC 1951)


def compress_pages(app: Flask) -> None:
    """Gzip HTML pages outside /staff if the browser accepts it; some of them once for everybody."""

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
        if len(body) >= SMALLEST_BYTES and _takes_gzip():
            cache: PageCache | None = g.get("compressed_in")
            pack = partial(_gzipped, body)
            response.set_data(cache.get(("gzip", blake2b(body).digest()), pack) if cache else pack())
            response.headers["Content-Encoding"] = "gzip"
        return response


def compress_once(cache: PageCache) -> None:
    """Keep what this request is answered with, compressed, for all who get the same: nothing in it is of one person."""
    g.compressed_in = cache


@dataclass(frozen=True)
class OpenPage:
    """A page that is the same for everybody but for one place; what stands on either side of it is compressed once."""

    before: bytes
    after: bytes

    def filled(self, filling: bytes) -> bytes:
        """The page with this in its place."""
        return self.before + filling + self.after

    def gzipped(self, filling: bytes, size: int) -> bytes:
        """The same, compressed and padded; the filling goes as it is, between two streams that know nothing of it."""
        first, last, checksum = self._halves
        block = len(filling).to_bytes(2, "little"), (len(filling) ^ 0xFFFF).to_bytes(2, "little"), filling
        checksum = zlib.crc32(self.after, zlib.crc32(filling, checksum))
        length = len(self.before) + len(filling) + len(self.after)
        return _padded(b"".join((first, STORED_BLOCK, *block, last)), checksum, length, size)

    @cached_property
    def _halves(self) -> tuple[bytes, bytes, int]:
        """What stands before the place, ending with a whole byte; what stands after it; the checksum of the first."""
        return _deflated(self.before, zlib.Z_FULL_FLUSH), _deflated(self.after), zlib.crc32(self.before)


def padded_page(page: str, size: int) -> Response:
    """A page compressed to a multiple of this size; plain for a browser that does not take it."""
    body = page.encode()
    if not _takes_gzip():
        return Response(body, mimetype="text/html")
    return _gzip_response(_padded(_deflated(body), zlib.crc32(body), len(body), size))


def filled_page(page: OpenPage, filling: str, size: int) -> Response:
    """The same for a page whose place is filled with these letters."""
    if not _takes_gzip():
        return Response(page.filled(filling.encode()), mimetype="text/html")
    return _gzip_response(page.gzipped(filling.encode(), size))


def _takes_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0


def _gzip_response(body: bytes) -> Response:
    return Response(body, mimetype="text/html", headers={"Content-Encoding": "gzip"})


def _deflated(body: bytes, ending: int = zlib.Z_FINISH) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush(ending)


def _padded(deflated: bytes, checksum: int, length: int, size: int) -> bytes:
    """A gzip file of a multiple of this size.

    The padding is a field of its head, which every browser passes over: in the page it would be compressed.
    """
    over = -(len(deflated) + GZIP_FRAME) % size
    extra = (over + 4).to_bytes(2, "little") + b"kp" + over.to_bytes(2, "little") + bytes(over)
    end = checksum.to_bytes(4, "little") + length.to_bytes(4, "little")
    return b"".join((GZIP_HEAD, extra, deflated, end))


def _gzipped(body: bytes) -> bytes:
    # No time inside: a page of the report zone must not say when it was made.
    return gzip.compress(body, LEVEL, mtime=0)
