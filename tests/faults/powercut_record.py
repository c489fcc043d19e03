"""What really reaches the reports database while children tell and reports are passed on, to be run again."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from werkzeug.test import Client

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases
from kiosk.report.release import forget_order, release_due
from kiosk.start import opened
from kiosk.wsgi import create_wsgi
from tests.conftest import SAME_ORIGIN
from tests.faults.powercut_disk import Image
from tests.faults.school import make_school
from tests.report.telling import FORM, open_form

REPORTS = "reports.sqlite"
WORDS = "They took my bag — and my colours.\n"


@dataclass(frozen=True)
class Ran:
    """One statement as SQLite ran it, its parameters written out, on one of the connections."""

    connection: int
    sql: str


@dataclass(frozen=True)
class Closed:
    """A connection was closed; with the last one SQLite tidies up."""

    connection: int


@dataclass(frozen=True)
class Thanked:
    """From here on the child has been told that we have these reports."""

    reports: frozenset[str]


Step = Ran | Closed | Thanked


@dataclass
class Recording:
    """The database as it was before, and everything that then happened to it."""

    before: Image
    steps: list[Step]


@dataclass
class School:
    """A school whose reports database is listened to."""

    config: Config
    databases: Databases
    steps: list[Step]
    tablet: Client
    thanked: set[str] = field(default_factory=set)

    def tell(self, band: str = "ks2", **answers: Any) -> None:
        """A child tells, and is thanked."""
        answers["nonce"] = open_form(self.tablet, band).value("nonce")
        answer = self.tablet.post(
            f"/report/{band}/en", data=answers, content_type=FORM, environ_base=SAME_ORIGIN
        )
        assert answer.status_code == 200
        assert 'id="what-next"' in answer.text
        new = _report_ids(self.config) - self.thanked
        assert len(new) == 1
        self.thanked |= new
        self.steps.append(Thanked(frozenset(new)))

    def release(self, now: datetime) -> None:
        """Pass on what is due."""
        with self.databases.reports.write() as session:
            release_due(session, SchoolCalendar(self.config.zone), now)

    def forget_order(self) -> None:
        """Rewrite the database as the worker does after a release."""
        forget_order(self.databases.reports.engine)

    def restart(self) -> None:
        """Close every connection, as the server does when it stops."""
        self.databases.dispose()


def record(folder: Path, play: Callable[[School], None]) -> Recording:
    """Everything that `play` makes the real application do to a real reports database."""
    config = make_school(folder)
    before = _files(config)
    steps: list[Step] = []
    with opened(config) as databases, _listening(databases.reports.engine, steps):
        play(School(config, databases, steps, Client(create_wsgi(config, databases))))
        databases.dispose()
    return Recording(before, steps)


def children_tell(school: School, count: int) -> None:
    """A few children after each other, some in danger, with few words and with many."""
    for number in range(count):
        band = ("ks1", "ks2", "ks3", "ks4")[number % 4]
        school.tell(
            band,
            concern=("bullying", "site", "stranger", "friend")[number % 4],
            words=WORDS * {"ks1": 0, "ks2": 3, "ks3": number % 20, "ks4": 25}[band],
            danger="yes" if number % 5 == 4 else "no",
        )


@contextmanager
def _listening(engine: Engine, steps: list[Step]) -> Iterator[None]:
    """Note each statement of each connection from its first on, the settings of kiosk/db.py included."""
    numbers: dict[int, int] = {}

    def connected(connection: sqlite3.Connection, record: Any) -> None:
        number = numbers[id(record)] = len(numbers)
        connection.set_trace_callback(lambda sql: steps.append(Ran(number, sql)))

    def closed(connection: sqlite3.Connection, record: Any) -> None:
        steps.append(Closed(numbers.pop(id(record), -1)))

    event.listen(engine, "connect", connected, insert=True)
    event.listen(engine, "close", closed)
    yield
    event.remove(engine, "connect", connected)
    event.remove(engine, "close", closed)


def _report_ids(config: Config) -> set[str]:
    with closing(sqlite3.connect(config.data_dir / REPORTS)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM report")}


def _files(config: Config) -> Image:
    return {path.name: path.read_bytes() for path in config.data_dir.glob(f"{REPORTS}*")}
