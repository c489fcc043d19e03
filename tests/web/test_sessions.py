"""A cookie a door and none elsewhere; a staff session that opens with its token alone, and ends in time."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from http.cookies import SimpleCookie
from typing import Any

import pytest
from flask import Flask
from flask.json import dumps, loads
from flask.testing import FlaskClient
from sqlalchemy import select, update

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.config import Config
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases, now_utc
from kiosk.web.sessions import (
    STAFF_IDLE,
    STAFF_LONGEST,
    TOUCH_EVERY,
    StaffSession,
    forget_old_sessions,
    forget_staff_sessions,
    token_digest,
)
from tests.accounts.doors import PASSWORD, open_class, password_hash
from tests.factories import make_pupil, make_staff
from tests.sites import make_app

pytestmark = pytest.mark.database("sqlite", "postgresql")  # who waits for whom differs

SECOND = timedelta(seconds=1)


@pytest.fixture
def teacher(databases: Databases) -> StaffMember:
    """A teacher with a password and no second step."""
    with databases.school.write() as session:
        return make_staff(session, email="teacher@school.example", password_hash=password_hash())


@pytest.fixture
def signed_in(client: FlaskClient, teacher: StaffMember) -> FlaskClient:
    """A browser in which the teacher has typed the password."""
    answer = client.post("/staff/sign-in", data={"email": teacher.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/staff/"
    return client


def token_of(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("kiosk-staff", path="/staff")
    assert cookie is not None
    return cookie.value


def rows(databases: Databases) -> list[StaffSession]:
    with databases.sessions.session(write=False) as store:
        return list(store.scalars(select(StaffSession)))


def age(databases: Databases, **changes: datetime) -> None:
    with databases.sessions.write() as store:
        store.execute(update(StaffSession).values(**changes))


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/staff/").status_code == 200


def test_the_token_is_stored_nowhere(signed_in: FlaskClient, databases: Databases, config: Config) -> None:
    token = token_of(signed_in)
    (row,) = rows(databases)
    assert row.token_digest == token_digest(token)
    assert token[:12] not in row.content
    assert token[:12].encode() not in row.token_digest
    for path in config.data_dir.rglob("*"):
        assert not path.is_file() or token[:12].encode() not in path.read_bytes(), path.name


def test_whoever_holds_database_and_store_but_no_token_opens_nothing(
    app: Flask, signed_in: FlaskClient, databases: Databases
) -> None:
    (row,) = rows(databases)
    for guess in (row.token_digest.hex(), row.token_digest.decode("latin-1"), row.staff_key, row.content, ""):
        thief = app.test_client()
        thief.set_cookie("kiosk-staff", guess, path="/staff")
        assert thief.get("/staff/").status_code == 302
    assert is_in(signed_in), "the positive control"


def test_a_session_that_nobody_used_for_half_an_hour_is_over(
    signed_in: FlaskClient, databases: Databases
) -> None:
    age(databases, seen_at=now_utc() - STAFF_IDLE + 5 * SECOND)
    assert is_in(signed_in)
    age(databases, seen_at=now_utc() - STAFF_IDLE - SECOND)
    assert not is_in(signed_in)


def test_no_session_is_longer_than_a_working_day_however_busy(
    signed_in: FlaskClient, databases: Databases
) -> None:
    age(databases, started_at=now_utc() - STAFF_LONGEST + 5 * SECOND)
    assert is_in(signed_in)
    age(databases, started_at=now_utc() - STAFF_LONGEST - SECOND)
    assert not is_in(signed_in)


def test_use_keeps_a_session_awake_and_never_makes_it_younger(
    signed_in: FlaskClient, databases: Databases
) -> None:
    started, seen = now_utc() - timedelta(hours=7), now_utc() - timedelta(minutes=20)
    age(databases, started_at=started, seen_at=seen)
    assert is_in(signed_in)
    (row,) = rows(databases)
    assert row.started_at == started
    assert row.seen_at > seen


def test_a_busy_person_costs_one_write_a_minute(signed_in: FlaskClient, databases: Databases) -> None:
    seen = now_utc() - TOUCH_EVERY + 30 * SECOND
    age(databases, seen_at=seen)
    assert is_in(signed_in)
    assert rows(databases)[0].seen_at == seen


def test_signing_in_makes_a_new_token_so_that_a_planted_one_is_worth_nothing(
    client: FlaskClient, teacher: StaffMember, databases: Databases
) -> None:
    planted = "planted-by-somebody-at-the-same-computer"
    with databases.sessions.write() as store:
        store.add(
            StaffSession(
                token_digest=token_digest(planted),
                staff_key="",
                content=dumps({"next": "/staff/"}),
                started_at=now_utc(),
                seen_at=now_utc(),
            )
        )
    client.set_cookie("kiosk-staff", planted, path="/staff")
    client.post("/staff/sign-in", data={"email": teacher.email, "password": PASSWORD})
    assert is_in(client)
    assert token_of(client) != planted
    client.set_cookie("kiosk-staff", planted, path="/staff")
    assert not is_in(client)


def test_signing_out_removes_row_and_cookie(signed_in: FlaskClient, databases: Databases) -> None:
    token = token_of(signed_in)
    answer = signed_in.post("/staff/sign-out")
    assert rows(databases) == []
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert signed_in.get_cookie("kiosk-staff", path="/staff") is None
    signed_in.set_cookie("kiosk-staff", token, path="/staff")
    assert not is_in(signed_in)


def test_a_second_step_is_a_second_step(client: FlaskClient, databases: Databases) -> None:
    with databases.school.write() as session:
        make_staff(session, Role.DSL, email="dsl@school.example", password_hash=password_hash())
    answer = client.post("/staff/sign-in", data={"email": "dsl@school.example", "password": PASSWORD})
    assert answer.headers["Location"] == "/staff/sign-in/code"
    assert not is_in(client)


def test_every_session_of_a_person_can_be_ended_at_once(
    app: Flask, signed_in: FlaskClient, teacher: StaffMember, databases: Databases
) -> None:
    with databases.sessions.write() as store:
        forget_staff_sessions(store, f"staff:{teacher.id}")
    assert not is_in(signed_in)


def test_old_sessions_are_removed_and_young_ones_stay(databases: Databases) -> None:
    now = now_utc()
    ages: dict[str, tuple[timedelta, timedelta]] = {
        "young": (timedelta(), timedelta()),
        "idle": (timedelta(hours=1), STAFF_IDLE + SECOND),
        "long": (STAFF_LONGEST + SECOND, timedelta()),
    }
    with databases.sessions.write() as store:
        for name, (started, seen) in ages.items():
            row: Any = {"token_digest": token_digest(name), "staff_key": name, "content": "{}"}
            store.add(StaffSession(**row, started_at=now - started, seen_at=now - seen))
        store.flush()
        forget_old_sessions(store, now)
    assert [row.staff_key for row in rows(databases)] == ["young"]


@pytest.mark.database("sqlite")
def test_nothing_of_the_device_is_kept(client: FlaskClient, teacher: StaffMember, config: Config) -> None:
    device = {"User-Agent": "Marker-Browser-4471", "X-Forwarded-For": "198.51.100.7"}
    form = {"email": teacher.email, "password": PASSWORD}
    client.post("/staff/sign-in", data=form, headers=device, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert client.get("/staff/", headers={"User-Agent": "Another"}).status_code == 200
    with sqlite3.connect(config.data_dir / "sessions.sqlite") as store:
        ((content,),) = store.execute("SELECT content FROM staff_session").fetchall()
    assert set(loads(content)) == {"_fresh", "_user_id", "password", "confirmed", "browser", "system"}, (
        "no digest of address and browser either"
    )
    kept = b"".join(path.read_bytes() for path in config.data_dir.rglob("*") if path.is_file())
    for marker in (b"Marker-Browser-4471", b"198.51.100.7", b"203.0.113.9"):
        assert marker not in kept


def cookies(answer: Any) -> Iterator[tuple[str, Any]]:
    for header in answer.headers.getlist("Set-Cookie"):
        yield from SimpleCookie(header).items()


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("scheme", "prefix"), [("http", ""), ("https", "__Secure-")])
def test_each_door_has_a_cookie_that_goes_to_no_other(
    config: Config,
    databases: Databases,
    key: SiteKey,
    content: Content,
    teacher: StaffMember,
    scheme: str,
    prefix: str,
) -> None:
    address = f"{scheme}://localhost"
    app = make_app(config.model_copy(update={"public_url": address}), databases)
    browser = app.test_client()
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    form = {"email": teacher.email, "password": PASSWORD}
    found = dict(cookies(browser.post("/staff/sign-in", base_url=address, data=form)))
    known = found.pop(f"{prefix}kiosk-known")
    assert (known["path"], known["httponly"], known["samesite"]) == ("/staff", True, "Strict")
    ((name, cookie),) = found.items()
    assert (name, cookie["path"]) == (f"{prefix}kiosk-staff", "/staff")
    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Strict", bool(prefix))
    assert not cookie["max-age"], "it ends with the browser"
    assert not cookie["expires"]
    gone = dict(cookies(browser.post("/staff/sign-out", base_url=address)))[name]
    assert (gone["path"], bool(gone["secure"])) == ("/staff", bool(prefix)), "or the browser keeps it"
    browser.post("/staff/sign-in", base_url=address, data=form)
    with browser.session_transaction("/learn/", base_url=address) as learn:
        learn["lang"] = "ur"
    for path in ("/", "/home/", "/healthz", "/look"):
        answer = browser.get(path, base_url=address)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.vary
        assert "HTTP_COOKIE" not in answer.request.environ, "the browser sends none there"


@pytest.mark.database("sqlite")
def test_a_pupils_cookie_holds_who_joined_and_the_look_and_nothing_of_the_tablet(
    app: Flask, client: FlaskClient, databases: Databases
) -> None:
    with databases.school.write() as session:
        window = open_class(session, Band.KS1)
        pupil = make_pupil(session, window.class_group)
    client.post("/learn/?lang=pl", data={"code": window.code}, headers={"User-Agent": "Marker-Browser-4471"})
    client.post("/learn/names", data={"pupil": pupil.id.hex}, headers={"User-Agent": "Marker-Browser-4471"})
    client.post("/learn/me", data={"pupil": pupil.id.hex}, headers={"User-Agent": "Marker-Browser-4471"})
    assert client.get("/learn/lessons/").status_code == 200
    with client.session_transaction("/learn/") as cookie:
        assert set(cookie) == {"_fresh", "_user_id", "seen", "lang", "key"}  # a mark of the key, not the key
        assert cookie["_user_id"] == f"pupil:{pupil.id}:{window.id}"


@pytest.mark.database("sqlite")
def test_a_forged_cookie_of_a_pupil_is_an_empty_one(app: Flask) -> None:
    for forged in ("", "nonsense", "eyJfdXNlcl9pZCI6InB1cGlsOjE6MiJ9.aaaa.bbbb"):
        browser = app.test_client()
        browser.set_cookie("kiosk-learn", forged, path="/learn")
        assert browser.get("/learn/lessons/").headers["Location"] == "/learn/"


def test_the_digest_finds_a_row_and_is_not_what_a_plain_hash_gives() -> None:
    assert token_digest("a") != token_digest("b")
    assert len(token_digest("a")) == 32
    assert blake2b(b"a", digest_size=32).digest() != token_digest("a")
