"""While the worker stands still, whoever opens the queue sees what the spool holds (promise D3)."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.config import Config
from kiosk.db import now_utc
from kiosk.report import passing, spool
from kiosk.report.form import read
from kiosk.report.intake import SealedReport, prepare, store
from kiosk.report.keyring import read_keyring
from kiosk.report.spool import put_aside, waiting
from kiosk.site import Content
from tests.incidents.school import LAST_WEEK, School
from tests.sites import make_app

BULLYING = "Someone was mean"
QUEUE = "/staff/incidents/"


@pytest.fixture
def coordinator(school: School, config: Config, content: Content) -> FlaskClient:
    return school.browser(make_app(config, school.databases), school.coordinator)


def spooled(school: School, folder: Path, concern: str = "bullying") -> SealedReport:
    """A child told a week ago, and no database took it."""
    form = MultiDict({"nonce": secrets.token_urlsafe(24), "concern": concern, "danger": "no"})
    answers, errors = read(form, Band.KS3, "en")
    assert not errors
    with school.databases.reports.session(write=False) as reports:
        ring = read_keyring(reports)
    sealed = prepare(ring, school.key, school.calendar, answers, now_utc() - LAST_WEEK).sealed
    put_aside(folder, sealed)
    return sealed


def test_what_no_database_took_stands_in_the_queue_without_the_worker(
    school: School, config: Config, coordinator: FlaskClient
) -> None:
    spooled(school, config.spool_path)
    assert BULLYING in coordinator.get(QUEUE).text
    assert waiting(config.spool_path) == []
    assert coordinator.get(QUEUE).text.count(BULLYING) == 1


def test_what_a_database_still_refuses_keeps_neither_the_page_nor_other_reports_away(
    school: School, config: Config, coordinator: FlaskClient
) -> None:
    bad = spooled(school, config.spool_path, concern="site")
    spooled(school, config.spool_path)

    def refusing(session: Any, sealed: SealedReport) -> None:
        if sealed.id == bad.id:
            raise ValueError("refused")
        store(session, sealed)

    with patch.object(spool, "store", refusing):
        answer = coordinator.get(QUEUE)
    assert answer.status_code == 200
    assert BULLYING in answer.text
    assert len(waiting(config.spool_path)) == 1


@pytest.mark.parametrize(
    "error", [OSError(5, "the disk"), OperationalError("insert", {}, OSError()), RuntimeError("whatever")]
)
def test_a_spool_that_cannot_be_brought_in_leaves_the_page_and_what_is_due_as_they_are(
    school: School, config: Config, coordinator: FlaskClient, error: Exception
) -> None:
    spooled(school, config.spool_path, concern="site")
    school.tell("bullying")
    with patch.object(passing, "bring_in", side_effect=error):
        assert BULLYING in coordinator.get(QUEUE).text
    assert len(waiting(config.spool_path)) == 1


def test_an_empty_spool_costs_one_look_into_its_folder(
    school: School, config: Config, coordinator: FlaskClient
) -> None:
    config.spool_path.mkdir()
    looks: list[str] = []
    look = Path.glob

    def counted(path: Path, *given: Any, **named: Any) -> Iterator[Path]:
        looks.append(path.name)
        return look(path, *given, **named)

    with patch.object(Path, "glob", counted), patch.object(spool, "store") as stored:
        assert coordinator.get(QUEUE).status_code == 200
    assert looks.count(config.spool_path.name) == 1
    stored.assert_not_called()
