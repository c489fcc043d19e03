"""After a report nothing is left of who sent it, from where, with what, or when (privacy.md A2 to A4, A8, DP2)."""

import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.db import Databases
from tests.report.telling import FORM, open_form

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
FINE_TIME = re.compile(rb"10[:.]17|10:17:43|2026-11-23[T ]\d\d|1795429063")


def _everything_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() + path.name.encode() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_marker_of_the_tablet_is_left_in_any_byte(
    tablet: Client,
    databases: Databases,
    config: Config,
    readers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with patch("kiosk.report.views.now_utc", return_value=ODD_MINUTE):
        tablet.get("/report/ks2/en?who=marker-query-6604", environ_overrides=MARKERS)
        nonce = open_form(tablet, environ_overrides=MARKERS).value("nonce")
        data = {"nonce": nonce, "concern": "bullying", "words": "planted words"}
        sent = tablet.post("/report/ks2/en", data=data, content_type=FORM, environ_overrides=MARKERS)
        broken = tablet.post(
            "/report/ks2/en", data={"nonce": nonce}, content_type=FORM, environ_overrides=MARKERS
        )
        with patch("kiosk.report.views._keep", side_effect=RuntimeError(NEEDLES[0])):
            failed = tablet.post("/report/ks2/en", data=data, content_type=FORM, environ_overrides=MARKERS)
    assert (sent.status_code, broken.status_code, failed.status_code) == (200, 422, 500)
    written = capfd.readouterr()
    left = _everything_under(config.data_dir)
    logged = (caplog.text + written.out + written.err).encode()
    answers = sent.data + broken.data + failed.data
    assert b"planted words" in left, "the positive control: the search finds what was written"
    for needle in NEEDLES:
        assert needle.encode() not in left + logged + answers, needle
    assert nonce.encode() not in left
    assert b"planted words" not in logged
    assert not FINE_TIME.search(left + logged)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_search_for_a_fine_time_would_find_one(config: Config) -> None:
    (config.data_dir / "planted").write_text("2026-11-23 10:17:43")
    assert FINE_TIME.search(_everything_under(config.data_dir))


def test_two_tablets_leave_the_same_bytes(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    """A small form of the non-interference rule (A1): everything but the tablet is the same."""
    dumps = []
    for markers in ({}, MARKERS):
        with patch("kiosk.report.views.now_utc", return_value=ODD_MINUTE):
            data = {"nonce": "n" * 24, "concern": "site", "words": "the same"}
            tablet.post("/report/ks2/en", data=data, content_type=FORM, environ_overrides=dict(markers))
        with databases.reports.engine.begin() as connection:
            rows = connection.exec_driver_sql("select * from report").all()
            dumps.append(repr(rows))
            connection.exec_driver_sql("delete from report_reader")
            connection.exec_driver_sql("delete from report")
    assert dumps[0] == dumps[1]
