"""What really reaches intake and reports database while children tell and reports are merged, to be run again."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event, select
from werkzeug.test import Client, TestResponse

from kiosk.config import Config
from kiosk.report.access.opening import Opener, read_report
from kiosk.report.access.routes import EVERY_READER
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.models import ReportReader
from kiosk.report.replies.threads import add_reply
from kiosk.start import closing_databases
from kiosk.storage.db import now_utc
from kiosk.wsgi import create_wsgi
from tests.factories import private_key_of
from tests.faults.hurry import nobody_waits
from tests.faults.merger import Merger, merger_of
from tests.faults.powercut_disk import Image
from tests.faults.school import make_school
from tests.report.coming_back import enter_pictures, pictures_of, throw_away
from tests.report.telling import send_report
from tests.sites import shipped_content
from tests.tablets import Tablet

INTAKE, REPORTS = STORES = ("intake.sqlite", "reports.sqlite")
IDS = {INTAKE: "SELECT id FROM held", REPORTS: "SELECT id FROM brought_in"}
WORDS = "They took my bag — and my colours.\n"


@dataclass(frozen=True)
class Ran:
    """One statement as SQLite ran it, its parameters written out, on one of the connections of a store."""

    store: str
    connection: int
    sql: str


@dataclass(frozen=True)
class Closed:
    """A connection was closed; with the last one of a store SQLite tidies up."""

    connection: int


@dataclass(frozen=True)
class Thanked:
    """From here on the child has been told that we have these: reports, and what to throw away."""

    ids: frozenset[str]


Step = Ran | Closed | Thanked


@dataclass
class Recording:
    """Both stores as they were before, everything that then happened to them, and the site key."""

    before: Image
    steps: list[Step]
    site_key: bytes


@dataclass
class School:
    """A school whose stores are listened to."""

    config: Config
    intake: Merger
    steps: list[Step]
    tablet: Client
    thanked: set[str] = field(default_factory=set)

    def tell(self, band: str = "ks2", **answers: Any) -> TestResponse:
        """A child tells, and is thanked."""
        answer = send_report(self.tablet, band, **answers)
        assert answer.status_code == 200
        assert 'id="what-next"' in answer.text
        self._thanked_for_one_more()
        return answer

    def throw_an_answer_away(self) -> None:
        """A child tells, reads what somebody wrote back, throws it away, and is told that it is gone."""
        before = set(self.thanked)
        pictures = pictures_of(self.tell(concern="bullying", reply="yes"))
        self.merge_all()
        (report_id,) = (uuid.UUID(one) for one in self.thanked - before)
        with self.intake.reports.write() as session:
            of_report = select(ReportReader.reader_id).where(ReportReader.report_id == report_id)
            reader = session.scalars(of_report.where(ReportReader.reader_id != RECOVERY_ID)).all()[0]
            opened = read_report(session, report_id, Opener(reader, EVERY_READER, private_key_of(reader)))
            add_reply(session, opened.body, WORDS, now_utc().date())
        assert WORDS.strip() in enter_pictures(self.tablet, pictures).text
        assert throw_away(self.tablet, pictures).status_code == 200
        self._thanked_for_one_more()

    def _thanked_for_one_more(self) -> None:
        new = _ids(self.config) - self.thanked
        assert len(new) == 1
        self.thanked |= new
        self.steps.append(Thanked(frozenset(new)))

    def merge_all(self) -> None:
        """The slot of everything that waits is over."""
        assert self.intake.merge_all()

    def tidy(self) -> None:
        """Rewrite the intake, as the worker does on its beat."""
        assert self.intake.intake_store.remove_traces()

    def restart(self) -> None:
        """Close every connection, as the server does when it stops."""
        self.intake.dispose()


def record(folder: Path, play: Callable[[School], None]) -> Recording:
    """Everything that `play` makes the real application do to the real stores, of which the intake is new."""
    config = make_school(folder)
    before = {path.name: path.read_bytes() for path in config.data_dir.glob(f"{REPORTS}*")}
    steps: list[Step] = []
    with closing_databases(config) as databases, merger_of(config, databases.reports) as intake:
        stores = {INTAKE: intake.intake.engine, REPORTS: intake.reports.engine}
        keeper = patch("kiosk.start.open_intake", lambda _: intake.intake_store)
        with _listening(stores, steps), keeper, nobody_waits():
            tablet = Tablet(create_wsgi(config, databases, shipped_content()))
            play(School(config, intake, steps, tablet))
            intake.dispose()
    return Recording(before, steps, config.key_path.read_bytes())


def children_tell(school: School, children: int) -> None:
    """A few children after each other, some in danger, with few words and with many."""
    for number in range(children):
        band = ("ks1", "ks2", "ks3", "ks4")[number % 4]
        school.tell(
            band,
            concern=("bullying", "site", "stranger", "friend")[number % 4],
            words=WORDS * {"ks1": 0, "ks2": 3, "ks3": number % 20, "ks4": 25}[band],
            danger="yes" if number % 4 == 1 else "no",
        )


def _note(steps: list[Step], store: str, connection: int, sql: str) -> None:
    """Keep a statement once: Python says it again for each trigger that it fires, which fires again when it is run."""
    ran = Ran(store, connection, sql)
    if ran not in steps[-1:]:
        steps.append(ran)


@contextmanager
def _listening(stores: dict[str, Engine], steps: list[Step]) -> Iterator[None]:
    """Note each statement of each connection from its first on, the settings of kiosk/storage/engines.py included."""
    fresh, numbers = count(), dict[int, int]()

    def closed(connection: sqlite3.Connection, record: Any) -> None:
        steps.append(Closed(numbers.pop(id(record))))

    def listen(store: str, engine: Engine) -> None:
        def connected(connection: sqlite3.Connection, record: Any) -> None:
            number = numbers[id(record)] = next(fresh)
            connection.set_trace_callback(partial(_note, steps, store, number))

        event.listen(engine, "connect", connected, insert=True)
        event.listen(engine, "close", closed)

    for store, engine in stores.items():
        listen(store, engine)
    yield


def _ids(config: Config) -> set[str]:
    return set().union(*(_ids_in(config.data_dir / store, sql) for store, sql in IDS.items()))


def _ids_in(path: Path, sql: str) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute(sql)}
