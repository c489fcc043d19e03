"""A child tells while the disk fails, and what is true afterwards is looked up in a copy of the files."""

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.test import Client, TestResponse

from kiosk.config import Config
from kiosk.db import Databases, open_database
from kiosk.report.keyring import COPY_NAME, read_keyring, write_copy
from kiosk.report.spool import bring_in
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.start import opened
from kiosk.wsgi import create_wsgi
from tests.conftest import SAME_ORIGIN
from tests.faults.io_faults_calls import REPORTS
from tests.faults.school import make_school
from tests.pages import Page
from tests.report.sent_ids import id_of_sent
from tests.report.telling import FORM, open_form

WARM, COLD, CARRYING = "warm", "cold", "carrying over"
WORDS = "They said: “give me your <b>bag</b> & phone” —\nthen they laughed.\n  I ran."


class _Lines(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(self.format(record))


@dataclass
class World:
    """One school, and where its files are copied to be looked at."""

    config: Config
    databases: Databases
    key: SiteKey
    tablet: Client
    aside: Path
    lines: _Lines
    thanked: int = 0
    honest: int = 0
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    state: str = WARM

    def connect(self, connection: sqlite3.Connection, record: object) -> None:
        """In one state every commit also carries the log over into the database."""
        connection.execute(f"PRAGMA wal_autocheckpoint={1 if self.state == CARRYING else 1000}")

    def get_into(self, state: str) -> None:
        """Have connections open already, or none, or such as carry over."""
        if state == COLD or state != self.state:
            self.databases.reports.engine.dispose()
        self.state = state
        if state != COLD:
            self.form()

    def form(self) -> Page:
        """The form, with a nonce of its own."""
        return open_form(self.tablet)

    def send(self, nonce: str, ticked: str = "") -> TestResponse:
        """A report with words, about somebody who is ticked where one is named."""
        answers = self._answers(nonce, ticked)
        return self.tablet.post("/report/ks2/en", data=answers, content_type=FORM, environ_base=SAME_ORIGIN)

    def _answers(self, nonce: str, ticked: str) -> dict[str, str]:
        return {"nonce": nonce, "concern": "bullying", "words": WORDS, "exclude": ticked, "danger": "no"}

    def trial(self, name: str, fault: AbstractContextManager[object], state: str = WARM) -> None:
        """Tell once while `fault` lasts, note what is not as promised, then send once more without it."""
        form = self.form()
        nonce = form.value("nonce")
        ticked = form.value("exclude")
        self.get_into(state)
        with fault:
            answer = self.send(nonce, ticked)
        self._judge(name, answer, nonce, ticked)
        self.lines.lines.clear()
        after = self.send(nonce, ticked)
        self._expect(name, is_thanks(after) and after.status_code == 200, "it does not recover")
        self._expect(name, len(self.found(nonce, ticked)) == 1, "sent again it is there not once")

    def _judge(self, name: str, answer: TestResponse, nonce: str, ticked: str) -> None:
        found = self.found(nonce, ticked)
        if is_thanks(answer):
            self.thanked += 1
            self._expect(name, answer.status_code == 200, "thanked with another status")
            self._expect(name, len(found) == 1, f"FALSE THANK-YOU: it is there {len(found)} times")
        else:
            self.honest += 1
            self._expect(name, answer.status_code == 503, f"status {answer.status_code}")
            self._expect(name, words_in(answer) == WORDS, "the words are gone")
            self._expect(
                name, "could not save" in answer.text.lower(), "it does not say that nothing was saved"
            )
            self._expect(name, len(found) <= 1, "it is there twice")
        self._expect(name, "Traceback" not in answer.text, "a traceback")
        said = "\n".join(self.lines.lines)
        self._expect(
            name, not any(secret in said for secret in (nonce, "laughed", ticked)), "a word in the log"
        )

    def found(self, nonce: str, ticked: str) -> list[str]:
        """The report in a copy of the files as they lie there now, once the copied spool is brought in."""
        shutil.rmtree(self.aside, ignore_errors=True)
        self.aside.mkdir()
        for path in self.config.data_dir.glob(f"{REPORTS}*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, self.aside)
        spool = self.aside / self.config.spool_path.name
        if self.config.spool_path.is_dir():
            shutil.copytree(self.config.spool_path, spool)
            copied = open_database(f"sqlite:///{self.aside / REPORTS}")
            bring_in(copied, spool)
            copied.engine.dispose()
        return self._rows(id_of_sent(self.key, "ks2", "en", self._answers(nonce, ticked)).hex, ticked)

    def _rows(self, report_id: str, ticked: str) -> list[str]:
        with closing(sqlite3.connect(self.aside / REPORTS)) as copied:
            if copied.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                self.wrong.append("the database is corrupt")
            found = [row[0] for row in copied.execute("SELECT id FROM report WHERE id = ?", (report_id,))]
            told = copied.execute(
                "SELECT count(*) FROM outbox_row WHERE report_id = ?", (report_id,)
            ).fetchone()[0]
            readers = copied.execute("SELECT reader_id FROM report_reader WHERE report_id = ?", (report_id,))
            reading = {row[0] for row in readers}
        if found and not (told and reading):
            self.wrong.append("a report without its alerts or readers")
        if ticked in reading:
            self.wrong.append("somebody whom the child ticked may read it")
        return found

    def _expect(self, name: str, kept: bool, what: str) -> None:
        if not kept:
            self.wrong.append(f"{name}: {what}")

    def clear_spool(self, name: str) -> None:
        """Bring in what waits, as the worker does; where that fails, once more with new connections."""
        try:
            bring_in(self.databases.reports, self.config.spool_path)
        except SQLAlchemyError as error:
            self.stuck.append(f"{name}: {type(error).__name__}")
            self.databases.reports.engine.dispose()
            bring_in(self.databases.reports, self.config.spool_path)


def is_thanks(answer: TestResponse) -> bool:
    """Whether this is the page that says that we have it."""
    return 'id="what-next"' in answer.text


def words_in(answer: TestResponse) -> str:
    """What stands in the text box, as a browser would send it again."""
    boxes = Page(answer.text).root.find_all("textarea")
    return "".join(boxes[0].pieces).removeprefix("\n").replace("\r\n", "\n") if boxes else ""


@contextmanager
def world(folder: Path, copy_of_readers: bool = True, aside: Path | None = None) -> Iterator[World]:
    """A school that takes reports; with the signed copy of its readers, as the worker keeps it, or without."""
    config = make_school(folder / "data")
    key = read_site_key(config.key_path)
    lines = _Lines()
    logger = logging.getLogger("kiosk.report")
    with opened(config) as databases:
        if copy_of_readers:
            with databases.reports.session(write=False) as session:
                write_copy(config.data_dir / COPY_NAME, read_keyring(session), key)
        tablet = Client(create_wsgi(config, databases))
        logger.addHandler(lines)
        try:
            made = World(config, databases, key, tablet, aside or folder / "aside", lines)
            event.listen(databases.reports.engine, "connect", made.connect)
            yield made
        finally:
            logger.removeHandler(lines)
