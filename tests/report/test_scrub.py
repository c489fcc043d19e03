"""The first layer in front of the report app (promise A3)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from kiosk.report.app import KEPT_HEADERS, KEPT_SERVER, scrub_requests

MARKER = "trace-of-a-child"
TRACES = (
    "REMOTE_ADDR",
    "REMOTE_PORT",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_COOKIE",
    "HTTP_USER_AGENT",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_REFERER",
    "HTTP_SEC_CH_UA",
    "HTTP_SEC_CH_UA_PLATFORM",
    "HTTP_AUTHORIZATION",
    "HTTP_IF_NONE_MATCH",
    "REMOTE_USER",
)


def _seen(changes: dict[str, Any]) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    def report_app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [("Set-Cookie", "leak=1"), ("Content-Type", "text/plain")])
        return [b"seen"]

    environ = EnvironBuilder("/ks2/en").get_environ() | changes
    _, status, headers = run_wsgi_app(scrub_requests(report_app), environ)
    seen["answer"] = (status, headers)
    return seen


@pytest.mark.parametrize("name", TRACES)
def test_nothing_that_tells_who_or_what_asked_reaches_the_report_app(name: str) -> None:
    seen = _seen({name: MARKER})
    assert MARKER not in str(seen)


@given(st.from_regex(r"HTTP_[A-Z][A-Z_]{0,20}", fullmatch=True), st.text(min_size=1))
def test_a_header_that_nobody_has_thought_of_is_dropped_as_well(name: str, value: str) -> None:
    if name not in KEPT_HEADERS:
        assert name not in _seen({name: value})


def test_only_listed_parts_of_the_server_reach_the_report_app() -> None:
    seen = set(_seen({"waitress.client_disconnected": MARKER, "SERVER_SOFTWARE": MARKER})) - {
        "answer",
        "QUERY_STRING",
    }
    assert seen <= KEPT_HEADERS | KEPT_SERVER


def test_a_cookie_set_inside_the_zone_never_leaves_it() -> None:
    _, headers = _seen({})["answer"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("query", ["who=amira", "utm_source=class", "&", "%0d%0aSet-Cookie:x"])
def test_an_address_with_a_query_is_sent_to_the_clean_one(query: str) -> None:
    status, headers = _seen({"QUERY_STRING": query, "SCRIPT_NAME": "/report"})["answer"]
    assert status.startswith("308")
    assert headers["Location"] == "/report/ks2/en"


def test_an_address_with_strange_letters_is_sent_on_without_breaking_the_header() -> None:
    seen = _seen({"QUERY_STRING": "x", "PATH_INFO": "/ks2/\r\nSet-Cookie: a"})
    assert seen["answer"][1]["Location"] == "/ks2/%0D%0ASet-Cookie%3A%20a"
