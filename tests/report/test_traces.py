"""After a report nothing is left of who sent it, from where, with what, or when (promises A1 to A4, and A8)."""

import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.report.access.opening import Opener, opened_row
from kiosk.report.access.routes import EVERY_READER
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.models import Report
from kiosk.storage.db import Databases
from tests.factories import RECOVERY_PRIVATE
from tests.report.telling import FORM, open_form

pytestmark = pytest.mark.database("sqlite", "postgresql")  # who waits for whom differs

ODD_MINUTE = datetime(2026, 11, 23, 10, 17, 43, tzinfo=UTC)
MARKERS = {
    "REMOTE_ADDR": "203.0.113.77",
    "HTTP_USER_AGENT": "Marker-Browser-8841",
    "HTTP_COOKIE": "kiosk-learn=marker-cookie-5512; other=marker-cookie-5512",
    "HTTP_REFERER": "http://localhost/marker-referer-9173",
    "HTTP_ACCEPT_LANGUAGE": "xx-marker-2290",
    "HTTP_X_FORWARDED_FOR": "198.51.100.214",
}
NEEDLES = (
    "203.0.113.77",
    "198.51.100.214",
    "Marker-Browser-8841",
    "marker-cookie-5512",
    "marker-referer-9173",
    "xx-marker-2290",
    "marker-query-6604",
)
CLEAR = "id, day, slot, route, urgent, state, retention, envelope_version"
FINE_TIME = re.compile(rb"10[:.]17|10:17:43|2026-11-23[T ]\d\d|1795429063")


def _everything_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() + path.name.encode() for path in folder.rglob("*") if path.is_file())


def _in_clear(report_id: object, route: str, body: dict[str, Any], case_key: bytes) -> bytes:
    return json.dumps(body).encode()


@pytest.mark.database("sqlite")
def test_no_marker_of_the_tablet_is_left_in_any_byte(
    tablet: Client,
    databases: Databases,
    config: Config,
    readers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with patch("kiosk.report.form.views.now_utc", return_value=ODD_MINUTE):
        tablet.get("/report/ks2/en?who=marker-query-6604", environ_overrides=MARKERS)
        nonce = open_form(tablet, environ_overrides=MARKERS).value("nonce")
        data = {"nonce": nonce, "concern": "bullying", "words": "planted words"}
        with patch("kiosk.report.form.seal.seal", side_effect=_in_clear):
            planted = {"nonce": "p" * 24, "concern": "site", "words": "planted control"}
            tablet.post("/report/ks2/en", data=planted, content_type=FORM)
        sent = tablet.post("/report/ks2/en", data=data, content_type=FORM, environ_overrides=MARKERS)
        broken = tablet.post(
            "/report/ks2/en", data={"nonce": nonce}, content_type=FORM, environ_overrides=MARKERS
        )
        with patch("kiosk.report.form.views.seal_report", side_effect=RuntimeError(NEEDLES[0])):
            failed = tablet.post("/report/ks2/en", data=data, content_type=FORM, environ_overrides=MARKERS)
    assert (sent.status_code, broken.status_code, failed.status_code) == (200, 422, 500)
    written = capfd.readouterr()
    left = _everything_under(config.data_dir)
    logged = (caplog.text + written.out + written.err).encode()
    answers = sent.data + broken.data + failed.data
    assert b"planted control" in left, "the positive control: the search finds what is not sealed"
    assert b"planted words" not in left, "what a child writes is sealed (promise S1)"
    for needle in NEEDLES:
        assert needle.encode() not in left + logged + answers, needle
    assert nonce.encode() not in left
    assert b"planted words" not in logged
    assert not FINE_TIME.search(left + logged)


@pytest.mark.database("sqlite")
def test_the_search_for_a_fine_time_would_find_one(config: Config) -> None:
    (config.data_dir / "planted").write_text("2026-11-23 10:17:43")
    assert FINE_TIME.search(_everything_under(config.data_dir))


def _opened(databases: Databases) -> list[tuple[int, dict[str, Any]]]:
    """What is inside every envelope, and how long each is: the sealed bytes differ each time."""
    with databases.reports.session(write=False) as session:
        opener = Opener(RECOVERY_ID, EVERY_READER, RECOVERY_PRIVATE)
        rows = session.scalars(select(Report)).all()
        return [(len(row.envelope), opened_row(session, row, opener).body) for row in rows]


def test_two_tablets_leave_the_same_bytes(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    """A small form of the non-interference rule (promise A1): everything but the tablet is the same."""
    dumps = []
    for markers in ({}, MARKERS):
        with patch("kiosk.report.form.views.now_utc", return_value=ODD_MINUTE):
            data = {"nonce": "n" * 24, "concern": "site", "words": "the same"}
            tablet.post("/report/ks2/en", data=data, content_type=FORM, environ_overrides=dict(markers))
        with databases.reports.engine.begin() as connection:
            rows = connection.exec_driver_sql(f"select {CLEAR} from report").all()
            dumps.append(repr((rows, _opened(databases))))
            connection.exec_driver_sql("delete from report_reader")
            connection.exec_driver_sql("delete from report")
            connection.exec_driver_sql("delete from brought_in")
    assert dumps[0] == dumps[1]
    assert "the same" in dumps[0]
