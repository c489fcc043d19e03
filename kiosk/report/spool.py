"""The spool: files with sealed reports that the database did not accept (promise D3)."""

import base64
import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import update

from kiosk.db import Database
from kiosk.files import make_private_folder, sync_folder, write_durably
from kiosk.outages import is_away
from kiosk.report.file_times import blur_times
from kiosk.report.intake import SealedReport, Wrap, store
from kiosk.report.models import Zone
from kiosk.sealing.randomness import random_bytes

SUFFIX = ".sealed"


class SpoolBroken(Exception):
    """A file in the spool that is not a valid report; it is left where it is."""


def put_aside(folder: Path, sealed: SealedReport) -> None:
    """Store a sealed report as a file, durably when this returns; raises OSError if that cannot be guaranteed.

    The name is random and the file's time is set back, so that it does not show when the report was sent.
    """
    make_private_folder(folder)
    sync_folder(folder.parent)  # a new folder is there only once the one around it is synced
    write_durably(folder / f"{random_bytes(16).hex()}{SUFFIX}", _written(sealed), times=(0, 0))
    blur_times([folder])


def waiting(folder: Path) -> list[Path]:
    """The files that wait to be imported."""
    return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []


def read_waiting(folder: Path) -> Iterator[tuple[Path, SealedReport]]:
    """Each waiting report with its file; a file that cannot be read is skipped, never removed."""
    for path in waiting(folder):
        try:
            yield path, read_file(path)
        except (SpoolBroken, OSError):
            continue


def read_file(path: Path) -> SealedReport:
    """A spooled report; raises SpoolBroken."""
    try:
        held = json.loads(path.read_text(encoding="ascii"))
        wraps = tuple(
            Wrap(uuid.UUID(one["reader_id"]), _bytes(one["key_mark"]), _bytes(one["wrapped"]))
            for one in held.pop("wraps")
        )
        return SealedReport(
            id=uuid.UUID(held.pop("id")),
            day=date.fromisoformat(held.pop("day")),
            wraps=wraps,
            alerts=tuple(held.pop("alerts")),
            envelope=_bytes(held.pop("envelope")),
            thread_id=_bytes(held.pop("thread_id")),
            thread_key=_bytes(held.pop("thread_key")),
            **held,
        )
    except (ValueError, KeyError, TypeError):
        raise SpoolBroken(path.name) from None


def discard(path: Path) -> None:
    """Remove a file after its report was stored in the database."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
    blur_times([path.parent])


def _written(sealed: SealedReport) -> bytes:
    return json.dumps(asdict(sealed), default=_as_text, sort_keys=True).encode("ascii")


def _as_text(held: Any) -> str:
    if isinstance(held, bytes):
        return base64.b64encode(held).decode("ascii")
    if isinstance(held, uuid.UUID):
        return held.hex
    if isinstance(held, date):
        return held.isoformat()
    raise TypeError(type(held).__name__)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def bring_in(database: Database, folder: Path) -> int:
    """Store every waiting report in the database; returns how many files went. A report that exists already is skipped.

    A file is removed only after its report is durable: a crash imports it twice rather than never.
    Raises the error of an unreachable database; the error of one refused report is raised after all the others.
    """
    count, refused = 0, None
    for path, sealed in read_waiting(folder):
        try:
            with database.write() as session:
                store(session, sealed)
                # The list may have changed since it was sealed: open reports are looked through again for new keys.
                session.execute(update(Zone).values(noted_version=0))
        except Exception as error:
            if is_away(error):  # the other reports would fail too
                raise
            # Whatever the error is, the other reports must not wait.
            refused = error
            continue
        discard(path)
        count += 1
    if refused:
        raise refused
    return count
