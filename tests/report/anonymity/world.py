"""One school in which the same things are told again and again, each time by somebody else and from the same start."""

import io
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from sqlalchemy import insert, text, update
from werkzeug.test import Client, TestResponse

from kiosk.accounts.models import ClassWindow
from kiosk.calendar import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases
from kiosk.schema import each_database
from kiosk.sessions import StaffSession
from kiosk.term_dates.file import load_calendar
from kiosk.worker import Memory, tick
from kiosk.wsgi import create_wsgi
from tests.mail_server import MailServer
from tests.pages import Page
from tests.report.anonymity.dumps import (
    Dump,
    differences,
    files_left,
    listening,
    names_left,
    rows_left,
    tables_of,
)
from tests.report.anonymity.seeded import seeded_chance, standing_clock

FORM = "application/x-www-form-urlencoded"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
AFTERWARDS = timedelta(minutes=1)
A_YEAR = timedelta(days=365)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Visitor:
    """Who sits in front of which tablet, and when: all that must leave no trace."""

    environ: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    moment: datetime = NEVER


@dataclass(frozen=True)
class Step:
    """One request. `nonce` takes the one of the form that was opened last."""

    method: str
    path: str
    form: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = tuple(SAME_ORIGIN.items())
    content_type: str = FORM
    nonce: bool = True


class World:
    """The school; SQLite files are put back between runs, rows of PostgreSQL where they differ."""

    def __init__(self, config: Config, databases: Databases, content: Mapping[str, Any]) -> None:
        self.mail = MailServer()
        self.config = config.model_copy(update={"smtp_url": self.mail.url, "demo": False})
        self.databases = databases
        self.content = content
        self.cookies: dict[str, str] = {}  # of people who are signed in
        self.calendar: SchoolCalendar = load_calendar(self.config)
        self.temporary = self.config.data_dir / "temporary"
        self.temporary.mkdir()
        self.tables = {tree: tables_of(database) for tree, database in each_database(databases)}
        self.app = create_wsgi(self.config, databases, content)
        self.keep_start()

    @property
    def on_files(self) -> bool:
        """Whether the databases are files of the data folder."""
        return self.databases.reports.engine.dialect.name == "sqlite"

    def keep_start(self) -> None:
        """From here every run begins: everybody who is signed in stays so for a year."""
        far = datetime.now(self.calendar.zone) + A_YEAR
        with self.databases.sessions.write() as store, self.databases.school.write() as school:
            store.execute(update(StaffSession).values(seen_at=far, started_at=far))
            school.execute(update(ClassWindow).values(closes_at=far))
        self.databases.dispose()
        self.start = self.config.data_dir.with_name("start")
        shutil.rmtree(self.start, ignore_errors=True)
        shutil.copytree(self.config.data_dir, self.start)
        self.rows = self._rows()
        self.raw: dict[str, list[dict[str, Any]]] = {}
        for tree, database in each_database(self.databases):
            with database.engine.connect() as connection:
                for table in self.tables[tree]:
                    found = connection.execute(table.select())
                    self.raw[f"{tree}.{table.name}"] = [dict(row._mapping) for row in found]
        self.databases.dispose()

    def rebuild(self) -> None:
        """The apps anew, with whatever was planted meanwhile."""
        self.app = create_wsgi(self.config, self.databases, self.content)

    def run(self, steps: Sequence[Step], visitor: Visitor) -> Dump:
        """Everything that is left after these steps of this visitor: before the slot ends, and after."""
        self._back_to_start()
        self.mail.postbox.mails.clear()
        slot_ends = self.calendar.slot_end(self.calendar.slot_of(visitor.moment))
        with (
            standing_clock() as clock,
            seeded_chance(),
            listening() as heard,
            patch("tempfile.tempdir", str(self.temporary)),
        ):
            clock.moment = visitor.moment
            errors = io.StringIO()
            self.answers = self._walk(steps, visitor, errors)
            today = visitor.moment.astimezone(self.calendar.zone).date()
            tick(self.config, self.databases, visitor.moment, Memory(tidied_on=today))
            left = {f"early {name}": held for name, held in self._look().items()}
            clock.moment = slot_ends + AFTERWARDS
            tick(self.config, self.databases, clock.moment)
            left |= self._look()
        left["log"] = (heard.getvalue() + errors.getvalue()).encode()
        if self.on_files:
            self.databases.dispose()  # the last connection takes the journals with it
            known = {str(path.relative_to(self.start)): 0 for path in self.start.rglob("*")}
            left |= files_left(self.config.data_dir, known)
        return left

    def differences(self, steps: Sequence[Step], one: Visitor, other: Visitor) -> list[str]:
        """What tells two visitors apart who did the same."""
        return differences(self.run(steps, one), self.run(steps, other))

    def plain_pair(self) -> tuple[list[Step], Visitor, Visitor]:
        """Two visitors in one slot of a school day who differ in everything, and tell the same."""
        opens = self.calendar.next_opening(datetime.now(UTC) + timedelta(days=2))
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
            Visitor(one, "", opens + timedelta(minutes=7)),
            Visitor(other, "who=amira", opens + timedelta(minutes=23)),
        )

    def dispose(self) -> None:
        """Stop the mail server."""
        self.mail.stop()

    def _walk(self, steps: Sequence[Step], visitor: Visitor, errors: io.StringIO) -> list[TestResponse]:
        browser, nonce, answers = Client(self.app, use_cookies=False), "n" * 24, []
        for step in steps:
            answer = self._ask(browser, step, visitor, nonce, errors)
            answers.append(answer)
            if step.method == "GET" and answer.status_code == 200 and answer.mimetype == "text/html":
                fields = Page(answer.text).inputs("nonce")
                nonce = fields[0].attrs["value"] if fields else nonce
        return answers

    def _ask(
        self, browser: Client, step: Step, visitor: Visitor, nonce: str, errors: io.StringIO
    ) -> TestResponse:
        fields = [*step.form, ("nonce", nonce)] if step.nonce and step.method == "POST" else [*step.form]
        body = urlencode(fields)
        for query in (visitor.query, ""):
            answer = browser.open(
                step.path,
                method=step.method,
                query_string=query,
                data=body or None,
                content_type=step.content_type if body else None,
                headers=list(step.headers),
                environ_overrides=dict(visitor.environ),
                errors_stream=errors,
                buffered=True,
            )
            if answer.status_code != 308:  # otherwise the browser goes to the clean address by itself
                break
        return answer

    def _look(self) -> Dump:
        mails = [f"{who}\n{content.decode('latin-1')}" for who, content in self.mail.postbox.mails]
        return self._rows() | names_left(self.config.data_dir) | {"mail": "\n".join(mails).encode("latin-1")}

    def _rows(self) -> Dump:
        left: Dump = {}
        for tree, database in each_database(self.databases):
            left |= rows_left(tree, database, self.tables[tree])
        return left

    def _back_to_start(self) -> None:
        if self.on_files:
            self.databases.dispose()
            shutil.rmtree(self.config.data_dir)
            shutil.copytree(self.start, self.config.data_dir)
            return
        changed = {name.split()[1].split(".")[0] for name in differences(self._rows(), self.rows)}
        for tree, database in each_database(self.databases):
            if tree not in changed:
                continue
            with database.engine.begin() as connection:
                names = ", ".join(table.name for table in self.tables[tree])
                connection.execute(text(f"TRUNCATE {names}"))
                for table in self.tables[tree]:
                    if rows := self.raw[f"{tree}.{table.name}"]:
                        connection.execute(insert(table), rows)
