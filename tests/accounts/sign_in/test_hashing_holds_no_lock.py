"""Computing the hash of a password takes long: meanwhile everybody else can save (promise G10)."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import nacl.pwhash.argon2id as argon2id
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in import passwords
from kiosk.accounts.staff.people import renew_invitation
from kiosk.bands import Band
from kiosk.roles import Role
from kiosk.sealing import reader_key
from kiosk.storage.db import Database, now_utc
from tests.accounts.doors import (
    PASSWORD,
    keyed_pupil,
    new_browser,
    open_class,
    open_key_page,
    password_hash,
    staff_browser,
)
from tests.factories import make_pupil, make_staff
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite", "postgresql")  # who waits for whom differs

NEW_PASSWORD = "gravel lantern otter prism"


class Neighbour:
    """Somebody who saves while a hash is being computed, and notes whether it could be done at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.saved: list[bool] = []

    def save(self) -> None:
        """Take every lock that a page of people needs, without waiting for any."""
        self.saved.append(self._can_save())

    def _can_save(self) -> bool:
        engine = self._database.engine
        if engine.dialect.name == "sqlite":
            beside = sqlite3.connect(str(engine.url.database), timeout=0, isolation_level=None)
            try:
                beside.execute("BEGIN IMMEDIATE")
                beside.execute("ROLLBACK")
            except sqlite3.OperationalError:
                return False
            finally:
                beside.close()
            return True
        try:
            with engine.begin() as connection:
                for table in ("staff_member", "pupil", "window_try"):
                    connection.execute(text(f"SELECT * FROM {table} FOR UPDATE NOWAIT"))
        except OperationalError:
            return False
        return True


@pytest.fixture
def neighbour(app: Flask) -> Iterator[Neighbour]:
    """Every hash that is computed in this test has a neighbour who saves; the hashes are real."""
    made = Neighbour(site_of(app).databases.school)
    yield made
    assert made.saved, "no hash was computed"
    assert all(made.saved), "somebody who saved had to wait for a hash"


def watch(neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on; what a test prepares before counts for nothing."""

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def hash(*args: Any, **kwargs: Any) -> Any:
            neighbour.save()
            return real(*args, **kwargs)

        return hash

    stretch = watched(reader_key.stretch)
    monkeypatch.setattr(passwords, "stretch", stretch)
    monkeypatch.setattr(argon2id, "str", watched(argon2id.str))
    monkeypatch.setattr(argon2id, "verify", watched(argon2id.verify))


@pytest.fixture
def staff(session: Session) -> StaffMember:
    made = make_staff(session, email="teacher@school.example", password_hash=password_hash())
    session.commit()
    return made


@pytest.mark.parametrize("password", [PASSWORD, "not this one at all"])
def test_at_the_door(
    client: FlaskClient,
    staff: StaffMember,
    neighbour: Neighbour,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
) -> None:
    watch(neighbour, monkeypatch)
    client.post("/staff/sign-in", data={"email": staff.email, "password": password})


@pytest.mark.parametrize("password", [PASSWORD, "not this one at all"])
def test_when_the_password_is_asked_for_again(
    app: Flask, session: Session, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    network = make_staff(session, Role.NETWORK, password_hash=password_hash())
    session.commit()
    watch(neighbour, monkeypatch)
    staff_browser(app, network).post("/staff/unlock", data={"unlock-password": password})


def test_when_a_password_is_changed(
    app: Flask, staff: StaffMember, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(neighbour, monkeypatch)
    typed = {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert staff_browser(app, staff).post("/staff/password", data=typed).status_code == 303
    assert len(neighbour.saved) == 2


def test_when_a_link_is_used(
    app: Flask,
    session: Session,
    staff: StaffMember,
    neighbour: Neighbour,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = renew_invitation(session, staff, now_utc()).token
    session.commit()
    watch(neighbour, monkeypatch)
    typed = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert new_browser(app).post(f"/staff/welcome/{token}", data=typed).status_code == 303


@pytest.mark.parametrize("right", [True, False])
def test_when_a_child_gives_their_key(
    app: Flask, session: Session, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    window = open_class(session, Band.KS3)
    key = keyed_pupil(app, session, window)
    browser = new_browser(app)
    open_key_page(browser, window, key.pupil)
    watch(neighbour, monkeypatch)
    browser.post("/learn/key", data={"words": key.passphrase if right else "not these words"})


def test_when_a_class_gets_new_keys(
    app: Flask, session: Session, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_class(session)
    for _ in range(3):
        make_pupil(session, window.class_group)
    teacher = window.opened_by
    session.commit()
    browser = staff_browser(app, teacher)
    address = f"/staff/classes/{window.class_group_id}/keys"
    once = Page(browser.get(address).text).value("once")
    watch(neighbour, monkeypatch)
    assert browser.post(address, data={"once": once, "who": "everybody"}).status_code == 200
    assert len(neighbour.saved) == 3
