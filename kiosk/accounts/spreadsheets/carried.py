"""A file that travels in the forms of a few pages, so that it never lies on the server."""

import base64
import binascii
import zlib

from kiosk.accounts.spreadsheets.cells import MEGABYTE, MOST_BYTES, TOO_LARGE, UnreadableFile

MOST_CARRIED = 1_900_000  # letters, so that the form is not too large for kiosk itself


def carried(data: bytes) -> str:
    """A file as a field of a form; raises UnreadableFile if that would be too long."""
    field = base64.urlsafe_b64encode(zlib.compress(data)).decode("ascii")
    if len(field) > MOST_CARRIED:
        raise UnreadableFile(TOO_LARGE, megabytes=MOST_CARRIED * 3 // 4 // MEGABYTE)
    return field


def carried_back(field: str) -> bytes:
    """What such a field holds, and never more than a file may have; nothing where it holds none."""
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(base64.urlsafe_b64decode(field), MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        return b""
    return data if unpacking.eof else b""
