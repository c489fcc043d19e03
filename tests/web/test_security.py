"""The same-origin rule and the headers of every response."""

import re

import pytest
from flask import Flask, Response, session
from flask.testing import FlaskClient
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.config import Config
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.web.security import HEADERS, PLAYING, PLAYS, is_same_origin
from kiosk.wsgi import create_wsgi
from tests.sites import make_app, shipped_content

OURS = "https://kiosk.school.example"
# W3C Fetch Metadata: every value a browser sends, and some that none does.
FETCH_SITES = ("same-origin", "same-site", "cross-site", "none", "", "SAME-ORIGIN", "same-origin, cross-site")


def request(method: str = "POST", **headers: str) -> Request:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request(EnvironBuilder(method=method, headers=named, base_url=OURS).get_environ())


@pytest.mark.parametrize("site", FETCH_SITES)
def test_a_form_counts_only_if_the_browser_says_it_is_of_the_same_origin(site: str) -> None:
    assert is_same_origin(request(Sec_Fetch_Site=site), OURS) is (site == "same-origin")


@pytest.mark.parametrize("site", FETCH_SITES[1:])
def test_no_origin_header_makes_up_for_what_the_browser_says(site: str) -> None:
    assert not is_same_origin(request(Sec_Fetch_Site=site, Origin=OURS), OURS)


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        (OURS, True),
        ("null", False),
        ("", False),
        ("http://kiosk.school.example", False),
        ("https://kiosk.school.example:8443", False),
        ("https://kiosk.school.example.evil.example", False),
        ("https://evil.example", False),
        ("https://kiosk.school.example/", False),
    ],
)
def test_an_old_browser_is_known_by_its_origin_and_null_is_nobodys(origin: str, ours: bool) -> None:
    assert is_same_origin(request(Origin=origin), OURS) is ours


def test_a_form_without_any_sign_of_where_it_comes_from_is_refused() -> None:
    assert not is_same_origin(request(), OURS)
    assert not is_same_origin(request(Referer=f"{OURS}/learn/"), OURS)
    assert not is_same_origin(request(Host="kiosk.school.example"), OURS)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "CUSTOM"])
def test_every_method_that_may_change_something_is_under_the_rule(method: str) -> None:
    assert not is_same_origin(request(method, Sec_Fetch_Site="cross-site"), OURS)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_page_may_be_opened_from_anywhere(method: str) -> None:
    assert is_same_origin(request(method, Sec_Fetch_Site="cross-site"), OURS)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("path", ["/learn/", "/learn/leave", "/staff/sign-in", "/staff/sign-out", "/nowhere"])
def test_no_form_of_the_school_app_is_taken_from_another_site(app: Flask, path: str) -> None:
    answer = app.test_client().post(
        path, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.database("sqlite")
def test_an_answer_to_another_site_names_no_origin_that_may_read_it(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Origin": "https://evil.example"})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


def test_the_headers_are_those_that_were_decided() -> None:
    written = {name: value for name, value in HEADERS.items() if name != "Content-Security-Policy"}
    assert written == {  # promise E4
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # no-referrer would make our own forms come from "null"
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }


def test_the_policy_allows_nothing_inline_nothing_of_others_and_no_frame() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == "'none'"
    assert set(rules.values()) == {"'none'", "'self'"}
    assert {"form-action", "frame-ancestors", "base-uri"} <= set(rules), "default-src does not cover these"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "object-src" not in rules
    for feature in ("camera", "microphone", "geolocation"):
        assert re.search(rf"\b{feature}=\(\)", HEADERS["Permissions-Policy"])


@pytest.mark.database("sqlite")
def test_only_a_school_over_https_says_to_come_back_over_https(
    config: Config, databases: Databases, key: SiteKey, content: Content
) -> None:
    secure = config.model_copy(update={"public_url": OURS})
    header = "Strict-Transport-Security"
    assert header not in make_app(config, databases).test_client().get("/").headers
    answer = make_app(secure, databases).test_client().get("/nowhere", base_url=OURS)
    assert answer.headers[header].startswith("max-age=31536000")


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("scheme", "says"), [("http", None), ("https", "max-age=31536000")])
def test_built_files_say_so_too(scheme: str, says: str | None, config: Config, databases: Databases) -> None:
    """A browser whose first request was for a style came back over http."""
    over = config.model_copy(update={"public_url": f"{scheme}://kiosk.school.example"})
    client = Client(create_wsgi(over, databases, shipped_content()))
    for path in ("/static/built/kiosk.css", "/static/built/nowhere.css", "/report/", "/healthz"):
        with client.get(path) as answer:
            assert answer.headers.get("Strict-Transport-Security") == says, path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PUT", "/", 405), ("POST", "/learn/", 403), ("GET", "/staff/", 302)],
)
def test_errors_and_redirects_carry_every_header_too(app: Flask, method: str, path: str, status: int) -> None:
    headers = {"Sec-Fetch-Site": "same-origin" if method == "PUT" else "cross-site"}
    answer = app.test_client().open(path, method=method, headers=headers)
    assert answer.status_code == status
    wanted = HEADERS | PLAYS if path.startswith(PLAYING) else HEADERS
    assert {name: answer.headers.get(name) for name in HEADERS} == wanted
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.database("sqlite")
def test_a_body_larger_than_any_roster_is_refused(client: FlaskClient) -> None:
    answer = client.post("/learn/", data={"code": "x" * (3 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "too long" in answer.text


@pytest.mark.database("sqlite")
def test_a_page_says_in_one_line_on_what_it_depends_and_keeps_a_header_of_its_own(own_app: Flask) -> None:
    def planted() -> Response:
        session["seen"] = 1
        return Response("x", headers={"Cache-Control": "max-age=1"})

    own_app.view_functions["planted"] = open_to_all(planted)
    own_app.add_url_rule("/learn/planted", "planted")
    answer = own_app.test_client().get("/learn/planted", headers={"HX-Request": "true"})
    (line,) = answer.headers.getlist("Vary")
    assert {one.strip() for one in line.split(",")} == {"Accept-Encoding", "HX-Request", "Cookie"}
    assert answer.headers.getlist("Cache-Control") == ["max-age=1"]
