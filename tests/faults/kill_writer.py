"""A process that takes reports as fast as it can and says each acknowledged one, until somebody kills it."""

import contextlib
from multiprocessing.connection import Connection

from sqlalchemy.exc import OperationalError

from kiosk.calendar import SchoolCalendar
from kiosk.config import Config
from kiosk.db import now_utc
from kiosk.sealing.site_key import read_site_key
from kiosk.wsgi import opened
from tests.faults.kill_intake import keep


def write_for_ever(config: Config, first: str, prefix: str, said: Connection) -> None:
    """Take the report of `first` if there is one, then one after another of `prefix`; say each after its commit."""
    key, calendar = read_site_key(config.key_path), SchoolCalendar(config.zone)
    number = -1 if first else 0
    with opened(config) as databases:
        while True:
            nonce = first if number < 0 else nonce_of(prefix, number)
            with contextlib.suppress(OperationalError):  # a busy database acknowledges nothing
                keep(databases.reports, key, calendar, {"nonce": nonce, "concern": "bullying"}, now_utc())
                said.send(nonce)
                number += 1


def nonce_of(prefix: str, number: int) -> str:
    """The nonce of a writer's report, so that what it was at when it was killed is known."""
    return f"{prefix}-{number:08}"
