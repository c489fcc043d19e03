"""Promise A8: what is logged under /report is a class and a place, never a value, an address or a time."""

import logging
import re
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from tests.report.anonymity.every_status import FORM_ADDRESS, FORMS, every_answer
from tests.report.anonymity.steps import Visitor
from tests.report.anonymity.world import World
from tests.sites import make_report_app

LINE = re.compile(r"(ERROR|WARNING)( kiosk\.report)? report zone: [A-Z][A-Za-z]+ at [a-z_]+\.py:\d+")
SECRET = "secret-4482-of-a-child"


def _lines(world: World, form: str = FORM_ADDRESS) -> Iterator[str]:
    visitor = Visitor({"REMOTE_ADDR": "192.0.2.77", "HTTP_USER_AGENT": SECRET}, "", world.school_time)
    world.rebuild()  # it logs a kind of failure once a minute
    with world.beginning(world.school_time) as (_, heard):
        for _ in every_answer(world, visitor, SECRET, heard, form):
            continue
        yield from heard.getvalue().splitlines()


@pytest.mark.parametrize("form", FORMS)
def test_every_line_is_a_class_and_a_place(world: World, form: str) -> None:
    lines = list(_lines(world, form))
    assert len(lines) >= 2, "the control: something broke and could not be saved"
    assert [line for line in lines if not LINE.fullmatch(line)] == []


@pytest.mark.parametrize("line", [f"asked by {SECRET}", "RuntimeError: no", "at 10:17 somebody told"])
def test_a_line_that_says_more_is_seen(world: World, line: str) -> None:
    with patch("kiosk.report.app.place_of", return_value=line):
        assert [found for found in _lines(world) if not LINE.fullmatch(found)]


def test_the_reports_logger_writes_no_time_and_hands_nothing_on(world: World) -> None:
    app = make_report_app(world.config, world.databases)
    assert app.logger.propagate is False
    (handler,) = app.logger.handlers
    record = logging.LogRecord("kiosk.report", logging.ERROR, "views.py", 7, "said", (), None)
    assert handler.format(record) == "ERROR said"
