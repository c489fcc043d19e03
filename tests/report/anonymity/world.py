"""One school in which the same things are told again and again, each time by somebody else and from the same start."""

import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from unittest.mock import patch

from sqlalchemy import Table, delete, insert, literal, select, text, update
from werkzeug.test import Client, TestResponse

from kiosk.accounts.models import ClassWindow, Proposal
from kiosk.calendar.file import load_calendar
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.incidents.models import Incident
from kiosk.report.intake.store import open_intake
from kiosk.report.models import EscalationStep, Report
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.storage.schema import each_database
from kiosk.upkeep import lease
from kiosk.upkeep.memory import WorkerMemory
from kiosk.web.sessions import StaffSession
from kiosk.wsgi import create_wsgi
from tests.mail_server import MailServer
from tests.report.anonymity.dumps import (
    Dump,
    differences,
    files_left,
    listening,
    names_left,
    rows_left,
    tables_of,
)
from tests.report.anonymity.seeded import Clock, seeded_chance, standing_clock
from tests.report.anonymity.steps import Step, Visitor, walk
from tests.sites import run_worker_round

AFTERWARDS = timedelta(minutes=1)
A_YEAR = timedelta(days=365)
EVERY_STEP = 99  # more than any report climbs


class World:
    """The school; SQLite files are put back between runs, rows of PostgreSQL where they differ."""

    def __init__(self, config: Config, databases: Databases, content: Content) -> None:
        self.mail = MailServer()
        self.config = config.model_copy(update={"smtp_url": self.mail.url, "demo": False})
        self.databases = databases
        self.content = content
        self.keeper = open_intake(self.config)
        self.answers: list[TestResponse] = []  # of the last run
        self.cookies: dict[str, str] = {}  # of people who are signed in
        self.calendar: SchoolCalendar = load_calendar(self.config)
        self.temporary = self.config.data_dir / "temporary"
        self.temporary.mkdir()
        self.tables = {tree: tables_of(database) for tree, database in each_database(databases)}
        self.rebuild()
        self.day = _coming_friday(self.calendar)
        self._keep_start()

    @property
    def school_time(self) -> datetime:
        """A moment in the first slot of the day, with odd minutes and seconds."""
        return self.calendar.hours(self.day)[0] + timedelta(minutes=47, seconds=13)

    @property
    def site_key(self) -> SiteKey:
        """The secret of the school."""
        return read_site_key(self.config.key_path)

    @property
    def on_files(self) -> bool:
        """Whether the databases are files of the data folder."""
        return self.databases.reports.engine.dialect.name == "sqlite"

    def _keep_start(self) -> None:
        """From here every run begins: everybody who is signed in stays so for a year, the worker began its day."""
        far = datetime.now(self.calendar.zone) + A_YEAR
        with self.databases.sessions.write() as store, self.databases.school.write() as school:
            store.execute(update(StaffSession).values(seen_at=far, started_at=far))
            school.execute(update(ClassWindow).values(closes_at=far))
            # Or its week could be over between two moments of a run.
            school.execute(update(Proposal).values(until=far.date()))
            # What was late before hangs on the worker's day as well, and not on what is told in a run.
            school.execute(update(Incident).values(next_step_by=far))
        with self.databases.reports.write() as reports:
            told = reports.scalars(select(Report.id)).all()
            reports.execute(delete(EscalationStep))
            reports.add_all(EscalationStep(report_id=one, step=EVERY_STEP) for one in told)
        with standing_clock() as clock:
            clock.moment = self.calendar.hours(self.day)[0]
            self.work(clock.moment)
        self.close_stores()
        self.start = self.config.data_dir.with_name("start")
        shutil.rmtree(self.start, ignore_errors=True)
        shutil.copytree(self.config.data_dir, self.start)
        self.known = frozenset(str(path.relative_to(self.start)) for path in self.start.rglob("*"))
        self.rows = self._rows()
        self.raw: dict[str, list[dict[str, Any]]] = {}
        for tree, database in each_database(self.databases):
            with database.engine.connect() as connection:
                for table in self.tables[tree]:
                    found = connection.execute(table.select())
                    self.raw[f"{tree}.{table.name}"] = [dict(row._mapping) for row in found]
        self.close_stores()

    def rebuild(self) -> None:
        """The apps anew, with whatever was planted meanwhile."""
        with self._one_intake():
            self.app = create_wsgi(self.config, self.databases, self.content)

    def _one_intake(self) -> AbstractContextManager[object]:
        """Apps and worker share what this world can close: then no journal is left that differs by itself."""
        return patch("kiosk.start.open_intake", lambda config: self.keeper)

    @contextmanager
    def beginning(self, moment: datetime) -> Iterator[tuple[Clock, io.StringIO]]:
        """A run: everything as at the start, the clock at `moment`, chance seeded; hands out what is logged."""
        self._back_to_start()
        self.mail.postbox.mails.clear()
        with (
            standing_clock() as clock,
            seeded_chance(),
            listening() as heard,
            patch("tempfile.tempdir", str(self.temporary)),
        ):
            clock.moment = moment
            yield clock, heard

    def run(self, steps: Sequence[Step], visitor: Visitor) -> Dump:
        """Everything that is left after these steps of this visitor: before the slot ends, and after."""
        with self.beginning(visitor.moment) as (clock, heard):
            self.answers = walk(self.app, steps, visitor, heard)
            self.work(visitor.moment, tidied=True)
            self._put_date_aside(visitor.moment)
            left = {f"early {name}": held for name, held in self.look().items()}
            clock.moment = self.release_moment(visitor.moment)
            self.work(clock.moment)
            left |= self.look()
        left["log"] = heard.getvalue().encode()
        self.close_stores()
        return left | files_left(self.config.data_dir, self.known)

    def work(self, moment: datetime, tidied: bool = False) -> None:
        """One round of the worker; it has its lease by the database's clock, which cannot be set, whatever is told."""
        today = moment.astimezone(self.calendar.zone).date()
        with self._one_intake(), patch.object(lease, "_now", lambda _dialect: literal(0)):
            run_worker_round(
                self.config, self.databases, moment, WorkerMemory(ended_on=today if tidied else None)
            )

    def _put_date_aside(self, moment: datetime) -> None:
        """Of what is urgent: its mail is dated by the minute in which it leaves, as its child was told; no other is."""
        minute = moment.astimezone(self.config.zone).replace(second=0, microsecond=0)
        dated = f"Date: {format_datetime(minute)}".encode()
        self.mail.postbox.mails[:] = [
            (who, content.replace(dated, b"Date: now")) for who, content in self.mail.postbox.mails
        ]

    def close_stores(self) -> None:
        """Close every connection; the last one takes the journals with it."""
        self.keeper.dispose()
        self.databases.dispose()

    def release_moment(self, moment: datetime) -> datetime:
        """When what is told at `moment` has been passed on."""
        return self.calendar.slot_end(self.calendar.slot_of(moment)) + AFTERWARDS

    def ask_plainly(self, address: str, **environ: str) -> TestResponse:
        """One page of the whole site."""
        return Client(self.app, use_cookies=False).get(address, environ_overrides=environ)

    def look(self) -> Dump:
        """Every row, file name and mail, while the databases are open."""
        mails = [f"{who}\n{content.decode('latin-1')}" for who, content in self.mail.postbox.mails]
        return self._rows() | names_left(self.config.data_dir) | {"mail": "\n".join(mails).encode("latin-1")}

    def differences(self, steps: Sequence[Step], one: Visitor, other: Visitor) -> list[str]:
        """What tells two visitors apart who did the same."""
        return differences(self.run(steps, one), self.run(steps, other))

    def plain_pair(self) -> tuple[list[Step], Visitor, Visitor]:
        """Two visitors in one slot of a school day who differ in everything, and tell the same."""
        address = "/report/ks3/en"
        steps = [
            Step("GET", address),
            Step("POST", address, (("concern", "bullying"), ("words", "they took my bag"))),
        ]
        one = {"REMOTE_ADDR": "192.0.2.7", "HTTP_USER_AGENT": "one", "HTTP_COOKIE": self.cookies["one child"]}
        other = {
            "REMOTE_ADDR": "2001:db8::9",
            "HTTP_USER_AGENT": "other",
            "HTTP_COOKIE": "; ".join(self.cookies.values()),
        }
        return (
            steps,
            Visitor(one, "", self.school_time),
            Visitor(other, "who=amira", self.school_time - timedelta(minutes=40)),
        )

    def dispose(self) -> None:
        """Stop the mail server."""
        self.mail.stop()

    def _rows(self) -> Dump:
        left: Dump = {}
        for tree, database in each_database(self.databases):
            left |= rows_left(tree, database, self.tables[tree])
        return left | self._held()

    def _held(self) -> Dump:
        """Every row of the intake."""
        return rows_left("intake", self.keeper._database, tables_of(self.keeper._database))

    def _back_to_start(self) -> None:
        self.close_stores()
        shutil.rmtree(self.config.data_dir)
        shutil.copytree(self.start, self.config.data_dir)
        if self.on_files:
            return
        changed = {name.split()[1] for name in differences(self._rows(), self.rows)}
        for tree, database in each_database(self.databases):
            tables: list[Table] = []
            for table in self.tables[tree]:
                leans = any(key.column.table in tables for key in table.foreign_keys)
                if leans or f"{tree}.{table.name}" in changed:
                    tables.append(table)
            if not tables:
                continue
            with database.engine.begin() as connection:
                # Triggers keep everybody else from emptying the log and the book; only a superuser can rest them.
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                connection.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))
                for table in tables:
                    if rows := self.raw[f"{tree}.{table.name}"]:
                        connection.execute(insert(table), rows)


def _coming_friday(calendar: SchoolCalendar) -> date:
    """A school day before a weekend, so that the time between two school days has several dates.

    School goes on after it: in a holiday of a week and more the worker's own days differ, whatever is told.
    """
    today = datetime.now(calendar.zone).date()
    fridays = (today + timedelta(days=4 - today.weekday() + 7 * week) for week in range(1, 60))
    weekend = timedelta(days=3)
    return next(
        day for day in fridays if calendar.is_school_day(day) and calendar.is_school_day(day + weekend)
    )
