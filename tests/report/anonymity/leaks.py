"""Mistakes that somebody could make, each planted in front of or inside the report app."""

import io
import logging
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import update

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.mail import messages
from kiosk.report.app import scrub_requests
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import now_utc
from kiosk.web.sessions import StaffSession, token_digest
from tests.report.anonymity.world import World

Environ = dict[str, Any]


@contextmanager
def in_front(world: World, leak: Callable[[Environ], None]) -> Iterator[None]:
    """A layer that meets every request to the zone before it is scrubbed."""

    def leaky(report_app: Any) -> Any:
        clean = scrub_requests(report_app)

        def met(environ: Environ, start_response: Any) -> Any:
            leak(environ)
            return clean(environ, start_response)

        return met

    with patch("kiosk.wsgi.scrub_requests", leaky):
        world.rebuild()
    try:
        yield
    finally:
        world.rebuild()


@contextmanager
def browser_in_the_words(world: World) -> Iterator[None]:
    """The name of the browser is written into the report."""

    def leak(environ: Environ) -> None:
        if environ["REQUEST_METHOD"] == "POST":
            sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
            body = sent.replace(b"words=", b"words=" + environ["HTTP_USER_AGENT"].encode())
            environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}

    with in_front(world, leak):
        yield


@contextmanager
def minute_as_slot(world: World) -> Iterator[None]:
    """The slot is the very minute."""

    def slot_of(calendar: SchoolCalendar, now: Any) -> Slot:
        local = now.astimezone(calendar.zone)
        return Slot(local.date(), local.hour * 60 + local.minute)

    ends = world.calendar.slot_end(world.calendar.slot_of(world.plain_pair()[1].moment))
    with (
        patch.object(SchoolCalendar, "slot_of", slot_of),
        patch.object(SchoolCalendar, "slot_end", lambda *_: ends),
    ):
        yield


@contextmanager
def id_from_time(world: World) -> Iterator[None]:
    """Ids are made of the clock, as many libraries make them."""

    def report_id(key: SiteKey, nonce: str, answers: bytes) -> uuid.UUID:
        return uuid.UUID(int=int(now_utc().timestamp() * 1000))

    with patch.object(SiteKey, "report_id", report_id):
        yield


@contextmanager
def address_in_the_log(world: World) -> Iterator[None]:
    """A line says from where somebody asked."""

    def leak(environ: Environ) -> None:
        logging.getLogger("kiosk.report").debug("asked by %s", environ["REMOTE_ADDR"])

    with in_front(world, leak):
        yield


@contextmanager
def minute_in_the_mail(world: World) -> Iterator[None]:
    """The alert says when it was told."""
    told: list[str] = []

    def leak(environ: Environ) -> None:
        told.append(now_utc().strftime("%H:%M"))

    def compose(*given: Any) -> EmailMessage:
        message = real(*given)
        message["X-Told"] = told[-1]
        return message

    real = messages.compose
    with in_front(world, leak), patch("kiosk.mail.outbox.compose", compose):
        yield


@contextmanager
def file_named_by_time(world: World) -> Iterator[None]:
    """Something is laid down under the time at which it came."""

    def leak(environ: Environ) -> None:
        (world.config.data_dir / f"{now_utc():%H%M%S}.report").write_bytes(b"")

    with in_front(world, leak):
        yield


@contextmanager
def file_written_now(world: World) -> Iterator[None]:
    """Something is laid down under a name that says nothing, and the file system notes the time."""

    def leak(environ: Environ) -> None:
        path = world.config.data_dir / "report.blob"
        if not path.exists():
            path.write_bytes(b"")
            os.utime(path, ns=(time.time_ns(), time.time_ns()))  # finer than the clock of some file systems

    with in_front(world, leak):
        yield


@contextmanager
def query_in_a_temporary_file(world: World) -> Iterator[None]:
    """What stood behind the question mark is left among the temporary files."""

    def leak(environ: Environ) -> None:
        with Path(tempfile.gettempdir(), "seen").open("a", encoding="utf-8") as seen:
            seen.write(environ.get("QUERY_STRING", ""))

    with in_front(world, leak):
        yield


@contextmanager
def staff_cookie_looked_at(world: World) -> Iterator[None]:
    """Whoever is signed in as staff is noticed on the report page."""

    def leak(environ: Environ) -> None:
        for cookie in environ.get("HTTP_COOKIE", "").split("; "):
            name, _, token = cookie.partition("=")
            if name == "kiosk-staff":
                found = StaffSession.token_digest == token_digest(token)
                with world.databases.sessions.write() as store:
                    store.execute(update(StaffSession).where(found).values(seen_at=now_utc()))

    with in_front(world, leak):
        yield


# What is planted, and where the master test must find it.
LEAKS: dict[str, tuple[Callable[[World], Any], str]] = {
    "the browser in the words": (browser_in_the_words, "table reports."),
    "the minute as the slot": (minute_as_slot, "table reports."),
    "an id made of the time": (id_from_time, "table reports."),
    "a log line with the address": (address_in_the_log, "log"),
    "a mail with the minute": (minute_in_the_mail, "mail"),
    "a file named by the time": (file_named_by_time, "file "),
    "a file that was written now": (file_written_now, "time of "),
    "the query in a temporary file": (query_in_a_temporary_file, "file temporary/"),
    "a staff cookie looked at": (staff_cookie_looked_at, "table sessions."),
}
