"""A child tells, or what was told is merged, while the disk fails; what is true afterwards is looked up in a copy."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import delete, event
from werkzeug.test import Client, TestResponse

from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow
from kiosk.report.intake import urgent
from kiosk.report.list_in_memory import current_keyring
from kiosk.report.models import ImportedId, Report, ReportReader
from kiosk.start import closing_databases
from kiosk.storage.db import Databases
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.wsgi import create_wsgi
from tests.faults.hurry import nobody_waits
from tests.faults.io_faults_copy import Found, look_aside
from tests.faults.merger import Merger, merger_of
from tests.faults.school import make_school
from tests.pages import Page
from tests.report.sent_ids import id_of_sent
from tests.report.telling import FORM, open_form
from tests.sites import shipped_content
from tests.tablets import SAME_ORIGIN

WARM, COLD, CARRYING = STATES = ("warm", "cold", "carrying over")
# So many that a report does not fit into pages that are there already.
WORDS = (
    "They said: “give me your <b>bag</b> & phone” —\nthen they laughed.\n  I ran." + "\nAnd once more." * 26
)
KEPT, NOBODY_TOLD = "We have your message", "We could not tell anyone yet"


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
    intake: Merger
    tablet: Client
    aside: Path
    lines: _Lines
    thanked: int = 0
    unheard: int = 0
    honest: int = 0
    merged: int = 0
    unmerged: int = 0
    tidied: int = 0
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    state: str = WARM

    def connect(self, connection: sqlite3.Connection, record: object) -> None:
        """In one state every commit also carries the log over into the database."""
        connection.execute(f"PRAGMA wal_autocheckpoint={1 if self.state == CARRYING else 1000}")

    def get_into(self, state: str) -> None:
        """Have connections open already, or none, or such as carry over."""
        if state == COLD or state != self.state:
            self.intake.dispose()
        self.state = state
        if state != COLD:
            self.form()
            self.intake.held()

    def form(self) -> Page:
        """The form, with a nonce of its own."""
        return open_form(self.tablet)

    def send(self, answers: dict[str, str]) -> TestResponse:
        """What a child typed and ticked."""
        return self.tablet.post("/report/ks2/en", data=answers, content_type=FORM, environ_base=SAME_ORIGIN)

    def trial(
        self, name: str, fault: AbstractContextManager[object], state: str = WARM, danger: str = "no"
    ) -> None:
        """Tell once while `fault` lasts, note what is not as promised, then send once more without it."""
        answers = self.answers(danger)
        self.get_into(state)
        with fault:
            answer = self.send(answers)
        self._judge(name, answer, answers)
        self.lines.lines.clear()
        after = self.send(answers)
        self._expect(name, is_thanks(after) and after.status_code == 200, "it does not recover")
        self._expect(name, danger == "no" or NOBODY_TOLD not in after.text, "nobody is told once it is well")
        self._expect(name, self.found(answers).after == 1, "sent again it is there not once")
        self.clear(name)

    def merge_trial(self, name: str, fault: AbstractContextManager[object], state: str = WARM) -> None:
        """Tell, merge while `fault` lasts, note what is not as promised, then merge once more without it."""
        answers = self.answers()
        self._expect(name, is_thanks(self.send(answers)), "not even thanked")
        self.get_into(state)
        with fault, suppress(*DATABASE_ERRORS):
            self.intake.merge_all()
        found = self.found(answers)
        self.merged += found.with_staff
        self.unmerged += not found.with_staff
        self._expect(name, found.waits or found.with_staff, "LOST: it is in no store")
        self._expect(name, found.after == 1, f"it is there {found.after} times")
        self.clear(name)

    def tidy_trial(self, name: str, fault: AbstractContextManager[object], state: str = WARM) -> None:
        """Tell, rewrite the intake while `fault` lasts, note what is not as promised, then tell once more."""
        answers = self.answers()
        self._expect(name, is_thanks(self.send(answers)), "not even thanked")
        self.get_into(state)
        with fault:
            try:
                self.tidied += self.intake.intake_store.remove_traces()
            except Exception as error:
                self._expect(name, False, f"rewriting raises {error!r}")
        found = self.found(answers)
        self._expect(name, found.waits and found.after == 1, "LOST: what waited is there no more")
        self._expect(name, is_thanks(self.send(self.answers())), "it does not recover")
        self.clear(name)

    def answers(self, danger: str = "no") -> dict[str, str]:
        """A report with words, about somebody who is ticked."""
        form = self.form()
        given = {"nonce": form.value("nonce"), "exclude": form.value("exclude")}
        return given | {"concern": "bullying", "words": WORDS, "danger": danger}

    def _judge(self, name: str, answer: TestResponse, answers: dict[str, str]) -> None:
        found = self.found(answers)
        if is_thanks(answer):
            unheard = NOBODY_TOLD in answer.text
            self.thanked += 1
            self.unheard += unheard
            self._expect(name, answer.status_code == 200, "thanked with another status")
            self._expect(name, found.waits or found.with_staff, "FALSE THANK-YOU: it is in no store")
            self._expect(name, found.after == 1, f"FALSE THANK-YOU: it is there {found.after} times")
            told = answers["danger"] == "no" or unheard or found.with_staff
            self._expect(name, told, "FALSE PROMISE: nobody was told of somebody in danger")
            self._expect(name, KEPT in answer.text or not unheard, "it does not say that we have it")
        else:
            self.honest += 1
            self._expect(name, answer.status_code == 503, f"status {answer.status_code}")
            self._expect(name, words_in(answer) == WORDS, "the words are gone")
            said = "could not save" in answer.text.lower()
            self._expect(name, said, "it does not say that nothing was saved")
            self._expect(name, found.after <= 1, "it is there twice")
        self._expect(name, "Traceback" not in answer.text, "a traceback")
        said_of_it = "\n".join(self.lines.lines)
        secrets = (answers["nonce"], "laughed", answers["exclude"])
        self._expect(name, not any(secret in said_of_it for secret in secrets), "a word in the log")

    def found(self, answers: dict[str, str]) -> Found:
        """The report in a copy of the files as they lie there now."""
        report_id = id_of_sent(self.intake.key, "ks2", "en", answers)
        found = look_aside(self.config, self.aside, report_id, answers["exclude"])
        self.wrong += found.wrong
        return found

    def _expect(self, name: str, kept: bool, what: str) -> None:
        if not kept:
            self.wrong.append(f"{name}: {what}")

    def clear(self, name: str) -> None:
        """Merge what waits, where that fails once more with new connections; then every trial begins alike."""
        try:
            self.intake.merge_all()
        except DATABASE_ERRORS as error:
            self.stuck.append(f"{name}: {type(error).__name__}")
            self.intake.dispose()
            self.intake.merge_all()
        self._expect(name, self.intake.held() == set(), "something stays in the intake")
        with self.databases.reports.write() as session:
            for table in (OutboxRow, ReportReader, Report, ImportedId):
                session.execute(delete(table))


def is_thanks(answer: TestResponse) -> bool:
    """Whether this is the page that says that we have it."""
    return 'id="what-next"' in answer.text


def words_in(answer: TestResponse) -> str:
    """What stands in the text box, as a browser would send it again."""
    boxes = Page(answer.text).root.find_all("textarea")
    return "".join(boxes[0].pieces).removeprefix("\n").replace("\r\n", "\n") if boxes else ""


@contextmanager
def world(
    folder: Path, readers_known: bool = True, aside: Path | None = None, **settings: str
) -> Iterator[World]:
    """A school that takes reports; with the list of readers in memory, as a process that serves has it, or without.

    It has no mail server but by its `settings`, and tries after each failure at once, as no trial has time to rest.
    """
    config = make_school(folder / "data").model_copy(update=settings)
    lines = _Lines()
    logger = logging.getLogger("kiosk.report")
    with (
        closing_databases(config) as databases,
        merger_of(config, databases.reports) as intake,
        patch("kiosk.start.open_intake", lambda _: intake.intake_store),
        patch.object(urgent, "REST_SECONDS", 0.0),
        nobody_waits(),
    ):
        if readers_known:
            current_keyring(databases.reports, config)
        tablet = Client(create_wsgi(config, databases, shipped_content()))
        logger.addHandler(lines)
        try:
            made = World(config, databases, intake, tablet, aside or folder / "aside", lines)
            for database in (databases.reports, intake.intake):
                event.listen(database.engine, "connect", made.connect)
            yield made
        finally:
            logger.removeHandler(lines)
