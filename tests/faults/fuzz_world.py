"""A school to throw things at: its whole site, a pupil at a quiz, a tablet before the key, and an ear at every log."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from kiosk.bands import Band
from kiosk.lessons.progress import set_lesson
from kiosk.quizzes.quiz import Quiz
from kiosk.report.access.keyring import read_keyring
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.site import Content
from kiosk.start import closing_databases, read_content
from kiosk.storage.db import Databases
from kiosk.wsgi import create_wsgi
from tests.accounts.doors import keyed_pupil, new_browser, open_class
from tests.faults.hurry import nobody_waits
from tests.faults.kill_school import make_staffed_school
from tests.faults.merger import Merger, merger_of
from tests.lessons.learner import Learner, browser_of, make_learner
from tests.sites import make_app

REPLIES = "/report/replies/en"
LOUD = ("", "kiosk.report")  # the report zone's logger passes nothing on to the root


class Ear(logging.Handler):
    """Remembers what was logged as an error, or with a traceback."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep errors only."""
        if record.levelno >= logging.ERROR or record.exc_info:
            self.heard.append(self.format(record))


@dataclass
class World:
    """What the targets of the fuzz are thrown at."""

    site: Client
    pupils: dict[Band, FlaskClient]
    joining: FlaskClient
    codes: list[str]
    names: list[str]
    key: SiteKey
    databases: Databases
    intake: Merger
    quizzes: list[Quiz]
    reader_ids: list[str]
    pictures: list[str]
    reply_fields: list[str]  # none while there is no page of replies
    now: datetime
    ear: Ear = field(default_factory=Ear)


@contextmanager
def world_in(folder: Path) -> Iterator[World]:
    """Everything, with every log listened to; put back at the end."""
    config = make_staffed_school(folder)
    with closing_databases(config) as databases, merger_of(config, databases.reports) as intake:
        key, content = read_site_key(config.key_path), read_content(config)
        app = make_app(config, databases)
        with databases.school.writing() as session:
            learners = {band: make_learner(session, content.lessons, band) for band in Band}
            for learner in learners.values():
                _set_everything(session, learner, content)
            windows = [open_class(session, band) for band in Band if band is not Band.KS1]
            keys = [keyed_pupil(app, session, window) for window in windows]
            session.commit()
            codes, names = [window.code for window in windows], [made.pupil.id.hex for made in keys]
        site = Client(create_wsgi(config, databases, content))
        world = World(
            site=site,
            pupils={band: browser_of(app, learner) for band, learner in learners.items()},
            joining=new_browser(app),
            codes=codes,
            names=names,
            key=key,
            databases=databases,
            intake=intake,
            quizzes=list(content.quizzes.values()),
            reader_ids=_reader_ids(databases),
            pictures=list(content.pictures.keys),
            reply_fields=_fields(site.get(REPLIES)),
            now=datetime.now(UTC),
        )
        with _listening(world.ear), nobody_waits():
            yield world


def _set_everything(session: Any, learner: Learner, content: Content) -> None:
    for lesson in content.lessons.values():
        if lesson.band == learner.lesson.band and lesson.id != learner.lesson.id:
            set_lesson(session, learner.class_group, lesson, datetime.now(UTC).date())


def _fields(answer: TestResponse) -> list[str]:
    return (
        sorted({*re.findall(r'<input[^>]* name="([^"]+)"', answer.text)}) if answer.status_code == 200 else []
    )


def _reader_ids(databases: Databases) -> list[str]:
    with databases.reports.session(write=False) as session:
        return [reader.id.hex for reader in read_keyring(session).readers]


@contextmanager
def _listening(ear: Ear) -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in LOUD]
    for logger in loggers:
        logger.addHandler(ear)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(ear)
