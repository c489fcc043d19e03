"""A process that takes reports as fast as it can and says each acknowledged one, until somebody kills it."""

from multiprocessing.connection import Connection

from sqlalchemy.orm import configure_mappers

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.db import now_utc
from kiosk.report.keyring import read_keyring
from kiosk.report.writer import Writer
from kiosk.sealing.site_key import read_site_key
from kiosk.start import opened
from tests.faults.kill_counts import Sent
from tests.faults.kill_intake import keep

configure_mappers()  # once, in the process that every writer is forked from


def write_for_ever(config: Config, first: str, prefix: str, said: Connection) -> None:
    """Take the report of `first` if there is one, then one after another of `prefix`; say each after its commit."""
    key, calendar = read_site_key(config.key_path), SchoolCalendar(config.zone)
    number = -1 if first else 0
    with opened(config) as databases:
        with databases.reports.session(write=False) as session:
            ring = read_keyring(session)
        writer = Writer(databases.reports, config.spool_path)
        while True:
            nonce = first if number < 0 else nonce_of(prefix, number)
            keep(writer, ring, key, calendar, {"nonce": nonce, "concern": "bullying"}, now_utc())
            said.send(nonce)
            number += 1


def sent_with(nonce: str) -> Sent:
    """The form that carried this nonce."""
    return "ks3", "en", {"nonce": nonce, "concern": "bullying", "danger": "no"}


def nonce_of(prefix: str, number: int) -> str:
    """The nonce of a writer's report, so that what it was at when it was killed is known."""
    return f"{prefix}-{number:08}"
