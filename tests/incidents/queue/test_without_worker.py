"""While the worker stands still, whoever opens the queue sees what the intake holds and is due (promise D3)."""

from typing import Any
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from kiosk.config import Config
from kiosk.report.access.sealed_report import store_report
from kiosk.report.intake import transfer
from kiosk.site import Content
from tests.incidents.school import School
from tests.sites import held_by, make_app

BULLYING = "Someone was mean"
QUEUE = "/staff/incidents/"


@pytest.fixture
def coordinator(school: School, config: Config, content: Content) -> FlaskClient:
    return school.browser(make_app(config, school.databases), school.coordinator)


def test_what_is_due_stands_in_the_queue_without_the_worker(school: School, coordinator: FlaskClient) -> None:
    school.tell()
    assert BULLYING in coordinator.get(QUEUE).text
    assert held_by(school.intake_store) == 0
    assert coordinator.get(QUEUE).text.count(f">{BULLYING}</button>") == 1


def test_what_a_database_refuses_keeps_neither_the_page_nor_other_reports_away(
    school: School, coordinator: FlaskClient
) -> None:
    bad = school.tell("site")
    school.tell()

    def refusing(connection: Any, sealed: Any) -> None:
        if sealed.id == bad:
            raise ValueError("refused")
        store_report(connection, sealed)

    with patch.object(transfer, "store_report", refusing):
        answer = coordinator.get(QUEUE)
    assert answer.status_code == 200
    assert BULLYING in answer.text
    assert held_by(school.intake_store) == 1


@pytest.mark.parametrize(
    "error", [OSError(5, "the disk"), OperationalError("insert", {}, OSError()), RuntimeError("whatever")]
)
def test_an_intake_that_cannot_be_read_leaves_the_page_and_what_was_merged_as_they_are(
    school: School, coordinator: FlaskClient, error: Exception
) -> None:
    school.told("bullying")
    school.tell("site")
    with patch("kiosk.report.intake.store.IntakeStore.slots", side_effect=error):
        assert BULLYING in coordinator.get(QUEUE).text
    assert held_by(school.intake_store) == 1


def test_an_empty_intake_costs_one_question_and_none_of_the_reports_database(
    school: School, coordinator: FlaskClient
) -> None:
    asked: list[str] = []
    with patch.object(transfer, "_transfer_items") as merged:
        event.listen(
            school.databases.reports.engine, "before_cursor_execute", lambda *given: asked.append(given[2])
        )
        assert coordinator.get(QUEUE).status_code == 200
    merged.assert_not_called()
    assert not any("brought_in" in statement for statement in asked)
