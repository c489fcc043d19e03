"""`kiosk doctor --privacy`: asks for report pages as a browser would, then looks for what was written down of it."""

import bz2
import gzip
import http.client
import lzma
import os
import re
import secrets
import ssl
import stat
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kiosk.config import Config
from kiosk.upkeep.doctor.checks import Finding

# Where proxies and systems write; one that is not there is no finding.
USUAL_FOLDERS = (
    Path("/var/log"),
    Path("/var/lib/nginx"),
    Path("/var/lib/caddy"),
    Path("/var/cache/nginx"),
    Path("/usr/local/var/log"),
)
PAGE, PAGE_OF_HOMES = "/report/ks2/en", "/report/kin/en"
ASK_SECONDS = 20
WRITTEN_SECONDS = 3.0  # a log is often written a moment after the answer
# The statuses that the three test requests may get: the address without a query, an unknown page, a forged form.
# A proxy leads homes to helplines instead of an unknown page, and may have shut the door for worries.
EXPECTED = {
    PAGE: {"GET": {200, 308, 404}, "POST": {403}},
    PAGE_OF_HOMES: {"GET": {200, 303, 308, 404}, "POST": {403, 404}},
}
FORM = "application/x-www-form-urlencoded"
WHAT_TO_DO = (
    "switch this log off for /report (docs/deploy/proxy.md), then delete the lines and their old copies"
)
LONGEST_LINE = 1024 * 1024  # a longer line is searched in pieces
# How a packed file begins, whatever its name is.
PACKED: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
NOT_READ_HERE = (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"PK\x03\x04", b"7z\xbc\xaf")  # zstd, lz4, zip, 7z
LONGEST_MARK = 6


def look_for_traces(
    config: Config, folders: Iterable[Path], wait: float = WRITTEN_SECONDS
) -> Iterator[Finding]:
    """Send a marked request that reaches nobody, then search folders for it and for lines about report pages."""
    mark = f"kiosk-doctor-{secrets.token_hex(12)}"
    yield from _send_marked_requests(config.public_url, PAGE, mark)
    if config.homes_url != config.public_url:
        yield from _send_marked_requests(config.homes_url, PAGE_OF_HOMES, mark)
    time.sleep(wait)
    given = [path.resolve() for path in folders]
    usual = [path for path in (*USUAL_FOLDERS, config.data_dir.resolve()) if path.is_dir()]
    pattern = _trace_pattern(config, mark)
    for folder in dict.fromkeys([*usual, *given]):
        yield from _search_folder(folder, pattern, mark.encode())


def _trace_pattern(config: Config, mark: str) -> re.Pattern[bytes]:
    """The mark, or an address under /report of ours: at the start of a path, or behind a name of ours or any port.

    JSON may put a backslash before each slash.
    """
    hosts = "|".join(re.escape(urlsplit(url).hostname or "") for url in {config.public_url, config.homes_url})
    start = rf"{hosts}|:\d{{1,5}}|(?<![\w./\\-])"
    return re.compile(rf"""{mark}|(?:{start})\\*/report(?=[/?\s"'&\\]|$)""".encode())


def _send_marked_requests(url: str, page: str, mark: str) -> Iterator[Finding]:
    headers = {"User-Agent": mark, "Referer": f"{url}{page}?{mark}"}
    asked = (
        ("GET", f"{page}?{mark}", ""),
        ("GET", f"/report/{mark}", ""),
        ("POST", page, f"words={mark}"),
    )
    for method, path, body in asked:
        try:
            status = _status(url, method, path, headers | ({"Content-Type": FORM} if body else {}), body)
        except (OSError, http.client.HTTPException) as error:
            said = (
                getattr(error, "verify_message", "") or getattr(error, "strerror", "") or type(error).__name__
            )
            yield Finding(False, f"{url} could not be asked ({said}); only older lines are looked for")
            return
        if status not in EXPECTED[page][method]:
            yield Finding(
                False,
                f"{url} answered {status} to {method} {page}; is it kiosk, and does it run?",
            )
            return
    yield Finding(True, f"{url} was asked for report pages with the mark {mark}; nothing is stored of it")


def _status(url: str, method: str, path: str, headers: dict[str, str], body: str) -> int:
    address = urlsplit(url)
    host, port = address.hostname or "", address.port
    connection: http.client.HTTPConnection
    if address.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=ASK_SECONDS, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=ASK_SECONDS)
    try:
        connection.request(method, path, body or None, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _search_folder(folder: Path, pattern: re.Pattern[bytes], mark: bytes) -> Iterator[Finding]:
    """One finding for each file with a trace and each that cannot be read; one that all is well where there is none."""
    looked, bad = 0, False
    for path in files_below(folder):
        try:
            if isinstance(path, Unreadable):
                raise path
            marked, older = _count_traces(path, pattern, mark)
        except Unreadable as error:
            yield Finding(False, f"{error.path}: {error.why}, so nobody knows what stands in it")
            bad = True
            continue
        looked += 1
        if marked or older:
            counted = [f"{marked} about this request"] * bool(marked) + [f"{older} older"] * bool(older)
            yield Finding(False, f"{path}: lines about report pages ({', '.join(counted)}); {WHAT_TO_DO}")
            bad = True
    if not bad:
        yield Finding(True, f"{folder}: nothing about report pages in {looked} files")


def _count_traces(path: Path, pattern: re.Pattern[bytes], mark: bytes) -> tuple[int, int]:
    """How many pieces hold the mark, and how many others an address; databases are looked at for the mark alone."""
    marked = older = 0
    for line in lines_of(path):
        if mark in line:
            marked += 1
        elif ".sqlite" not in path.name and pattern.search(line):
            older += 1
    return marked, older


class Unreadable(Exception):
    """A file or folder that cannot be looked into, and why."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}")


def files_below(folder: Path) -> Iterator[Path | Unreadable]:
    """Every ordinary file, links not followed; a folder that may not be opened comes as Unreadable."""
    shut: list[Unreadable] = []

    def note(error: OSError) -> None:
        shut.append(_unreadable(Path(error.filename), error))

    for place, folders, names in os.walk(folder, onerror=note):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            try:
                ordinary = stat.S_ISREG(path.lstat().st_mode)
            except FileNotFoundError:  # it was deleted meanwhile
                continue
            if ordinary:
                yield path
    yield from shut


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a file, unpacked if its beginning says that it is packed; raises Unreadable."""
    try:
        with path.open("rb") as plain:
            begins = plain.read(LONGEST_MARK)
        if begins.startswith(NOT_READ_HERE):
            raise Unreadable(path, "it is packed in a way that is not read here")
        opener = next((one for mark, one in PACKED.items() if begins.startswith(mark)), open)
        with opener(path, "rb") as file:
            while line := file.readline(LONGEST_LINE):
                yield line
    except FileNotFoundError:  # it was deleted meanwhile
        return
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> Unreadable:
    if isinstance(error, PermissionError):
        return Unreadable(path, "it may not be read by this user (run this as root)")
    if isinstance(error, FileNotFoundError):
        return Unreadable(path, "there is no such folder")
    return Unreadable(path, f"it cannot be read ({getattr(error, 'strerror', None) or type(error).__name__})")
