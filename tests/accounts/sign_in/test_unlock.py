"""A reader's key comes after the second step, lies sealed in the session, and is put away when idle (promise S3)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import BrowserTries, ReaderKey, StaffMember
from kiosk.accounts.sign_in.login import KEY_MARK
from kiosk.accounts.sign_in.passwords import try_password
from kiosk.accounts.sign_in.views.pending_sign_in import PENDING_MARK
from kiosk.accounts.staff.people import renew_invitation
from kiosk.audit.log import UNSHOWN, LogAct, LogEntry
from kiosk.calendar.school import SchoolCalendar
from kiosk.roles import Role
from kiosk.sealing.reader_key import ReaderSecret, new_secret, open_secret
from kiosk.storage.db import Databases, now_utc
from kiosk.web.sessions import StaffSession
from kiosk.web.sessions import open_secret as open_session_secret
from tests.accounts.doors import PASSWORD, new_browser, password_hash, rows, staff_browser
from tests.factories import PHONE_SECRET, make_staff, private_key_of
from tests.incidents.school import School, sync
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

CASE = "/staff/incidents/1"
ANOTHER = "lantern orbit mustard canoe"


@pytest.fixture
def lead(session: Session) -> StaffMember:
    """A safeguarding lead whose key opens with PASSWORD."""
    staff = make_staff(session, Role.DSL, email="lead@school.example", password_hash=password_hash())
    wrapping_key = try_password(password_hash(), PASSWORD)
    assert wrapping_key
    row, made = session.get_one(ReaderKey, staff.id), new_secret(wrapping_key)
    row.public_key, row.verify_key = made.secret.public_key, made.secret.verify_key
    row.wrapped_seed = made.wrapped_seed
    session.commit()
    return staff


def code(ahead: int = 0) -> str:
    return pyotp.TOTP(PHONE_SECRET).at(now_utc() + timedelta(seconds=30 * ahead))


def first_step(browser: FlaskClient, password: str = PASSWORD) -> None:
    answer = browser.post("/staff/sign-in", data={"email": "lead@school.example", "password": password})
    assert answer.headers["Location"] == "/staff/sign-in/code"


def come_in(browser: FlaskClient, password: str = PASSWORD, ahead: int = 0) -> None:
    first_step(browser, password)
    assert browser.post("/staff/sign-in/code", data={"code": code(ahead)}).headers["Location"] == "/staff/"


def secret_of(browser: FlaskClient, databases: Databases) -> bytes:
    """What this browser's session holds, for who has its cookie."""
    cookie = browser.get_cookie("kiosk-staff", path="/staff")
    assert cookie
    with databases.sessions.session(write=False) as store:
        sealed = [row.sealed_secret for row in store.scalars(select(StaffSession))]
    opened = [open_session_secret(cookie.value, one) for one in sealed]
    return next((one for one in opened if one), b"")


def idle(databases: Databases, minutes: int) -> None:
    with databases.sessions.write() as store:
        store.execute(update(StaffSession).values(seen_at=now_utc() - timedelta(minutes=minutes)))


def key_of(app: Flask, staff: StaffMember, password: str = PASSWORD) -> ReaderSecret | None:
    """The reader's secret as the database has it, for who knows the password."""
    (row,) = rows(app, select(ReaderKey).where(ReaderKey.staff_id == staff.id))
    (known,) = rows(app, select(StaffMember).where(StaffMember.id == staff.id))
    wrapping_key = try_password(known.password_hash, password)
    return open_secret(row.wrapped_seed, wrapping_key) if wrapping_key else None


def test_between_password_and_code_the_session_opens_nothing(
    app: Flask, client: FlaskClient, lead: StaffMember, databases: Databases
) -> None:
    first_step(client)
    secret = key_of(app, lead)
    assert secret
    held = secret_of(client, databases)
    assert held.startswith(PENDING_MARK)
    assert secret.seed not in held
    assert secret.private_key not in held
    for path in ("/staff/incidents/", "/staff/unlock", "/staff/keys", "/staff/password"):
        assert client.get(path).headers["Location"].startswith("/staff/sign-in")
    client.post("/staff/sign-in/code", data={"code": "000000"})
    assert secret_of(client, databases).startswith(PENDING_MARK)


def test_after_the_code_the_session_holds_the_key_and_the_wrapping_key_no_more(
    app: Flask, client: FlaskClient, lead: StaffMember, databases: Databases
) -> None:
    come_in(client)
    secret = key_of(app, lead)
    assert secret
    assert secret_of(client, databases).startswith(KEY_MARK + secret.seed)


def test_nothing_on_the_disk_holds_the_key_without_the_cookie_and_the_password(
    app: Flask, client: FlaskClient, lead: StaffMember, databases: Databases, config: Any
) -> None:
    come_in(client)
    secret, cookie = key_of(app, lead), client.get_cookie("kiosk-staff", path="/staff")
    wrapping_key = try_password(password_hash(), PASSWORD)
    assert secret
    assert cookie
    assert wrapping_key
    public_key = rows(app, select(ReaderKey))[0].public_key
    left = b"".join(path.read_bytes() for path in Path(config.data_dir).rglob("*") if path.is_file())
    assert public_key in left, "the search finds what is there"
    for hidden in (
        secret.seed,
        secret.private_key,
        bytes(secret.signing_key),
        wrapping_key,
        cookie.value.encode(),
    ):
        for written in (hidden, hidden.hex().encode()):
            assert written not in left


def test_another_cookie_opens_no_session_row(
    client: FlaskClient, lead: StaffMember, databases: Databases
) -> None:
    come_in(client)
    with databases.sessions.session(write=False) as store:
        (row,) = store.scalars(select(StaffSession)).all()
    for token in ("", "x" * 43, row.token_digest.hex()):
        assert open_session_secret(token, row.sealed_secret) is None


@pytest.fixture
def reader(app: Flask, lead: StaffMember, databases: Databases) -> Iterator[FlaskClient]:
    """The lead at a browser, with an incident in hand."""
    sync(databases)
    school = School(
        databases, SchoolCalendar(ZoneInfo("Europe/London")), site_of(app).key, site_of(app).config
    )
    browser = new_browser(app)
    come_in(browser)
    opened = browser.post(f"/staff/incidents/open/{school.told('friend')}")
    assert opened.headers["Location"] == CASE
    yield browser


def test_after_ten_idle_minutes_the_key_is_put_away_and_the_page_asks_for_the_password(
    reader: FlaskClient, databases: Databases
) -> None:
    idle(databases, 9)
    assert secret_of(reader, databases)
    assert reader.get(CASE).status_code == 200
    idle(databases, 11)
    answer = reader.get(f"{CASE}?x=1")
    assert answer.headers["Location"].startswith("/staff/unlock?next=")
    assert secret_of(reader, databases) == b"", "the row forgets it with the first look"
    page = Page(reader.get(answer.headers["Location"]).text)
    assert page.value("next") == f"{CASE}?x=1"
    sent = {"unlock-password": PASSWORD, "next": page.value("next")}
    assert reader.post("/staff/unlock", data=sent).headers["Location"] == f"{CASE}?x=1"
    assert secret_of(reader, databases).startswith(KEY_MARK)
    assert reader.get(CASE).status_code == 200


def test_a_note_that_was_sent_too_late_is_not_lost_and_goes_through_with_the_password(
    reader: FlaskClient, databases: Databases
) -> None:
    idle(databases, 11)
    note = {"note": "Spoke to <the> class & both parents", "more": ["a", "b"]}
    answer = reader.post(f"{CASE}/record/did", data=note)
    assert answer.status_code == 401
    page = Page(answer.text)
    assert page.value("note") == note["note"]
    assert [field.attrs["value"] for field in page.inputs("more")] == ["a", "b"]
    (form,) = [form for main in page.all("main") for form in main.find_all("form")]
    assert form.attrs["action"] == f"{CASE}/record/did"
    wrong = reader.post(f"{CASE}/record/did", data=note | {"unlock-password": "not this one"})
    assert wrong.status_code == 422
    assert Page(wrong.text).value("note") == note["note"]
    assert "not this one" not in wrong.text
    right = reader.post(f"{CASE}/record/did", data=note | {"unlock-password": PASSWORD})
    assert right.headers["Location"] == CASE
    assert note["note"] in Page(reader.get(CASE).text).text


def test_wrong_passwords_count_and_wait_and_even_the_right_one_waits_then(
    app: Flask, reader: FlaskClient, databases: Databases, lead: StaffMember
) -> None:
    idle(databases, 11)
    for _ in range(4):
        assert "Try again." in reader.post("/staff/unlock", data={"unlock-password": "wrong"}).text
    assert "too many tries" in reader.post("/staff/unlock", data={"unlock-password": "wrong"}).text
    answer = reader.post("/staff/unlock", data={"unlock-password": PASSWORD})
    assert answer.status_code == 422
    assert "too many tries" in answer.text
    assert secret_of(reader, databases) == b""
    (known,) = rows(app, select(BrowserTries).where(BrowserTries.staff_id == lead.id))
    assert known.tries >= 5, "counted for this browser, as it is one in which she signed in"


def test_after_eight_hours_or_half_an_idle_hour_the_session_is_over(
    reader: FlaskClient, databases: Databases
) -> None:
    with databases.sessions.write() as store:
        store.execute(update(StaffSession).values(started_at=now_utc() - timedelta(hours=7, minutes=59)))
    assert reader.get("/staff/incidents/").status_code == 200
    with databases.sessions.write() as store:
        store.execute(update(StaffSession).values(started_at=now_utc() - timedelta(hours=8, minutes=1)))
    assert reader.get("/staff/incidents/").headers["Location"].startswith("/staff/sign-in")


def test_work_does_not_make_the_eight_hours_longer(reader: FlaskClient, databases: Databases) -> None:
    began = now_utc() - timedelta(hours=7)
    with databases.sessions.write() as store:
        store.execute(
            update(StaffSession).values(started_at=began, seen_at=now_utc() - timedelta(minutes=20))
        )
    reader.post("/staff/unlock", data={"unlock-password": PASSWORD})
    with databases.sessions.session(write=False) as store:
        assert [row.started_at for row in store.scalars(select(StaffSession))] == [began]


def test_a_new_password_keeps_the_key_and_ends_every_other_session(
    app: Flask, reader: FlaskClient, lead: StaffMember, databases: Databases
) -> None:
    before, elsewhere = key_of(app, lead), staff_browser(app, lead)
    assert reader.get("/staff/password").status_code == 200
    wrong = {"old": "not this one", "new": ANOTHER, "again": ANOTHER}
    assert reader.post("/staff/password", data=wrong).status_code == 422
    sent = {"old": PASSWORD, "new": ANOTHER, "again": ANOTHER}
    assert reader.post("/staff/password", data=sent | {"again": "other"}).status_code == 422
    assert reader.post("/staff/password", data=sent | {"new": "short", "again": "short"}).status_code == 422
    assert reader.post("/staff/password", data=sent).status_code == 303
    assert before
    assert key_of(app, lead, ANOTHER) == before
    assert secret_of(reader, databases).startswith(KEY_MARK + before.seed)
    assert elsewhere.get("/staff/").headers["Location"].startswith("/staff/sign-in")
    assert reader.get("/staff/incidents/").status_code == 200


def test_a_password_set_by_a_link_ends_every_session_and_opens_new_keys_that_read_nothing_yet(
    app: Flask, reader: FlaskClient, lead: StaffMember, databases: Databases, session: Session
) -> None:
    before = rows(app, select(ReaderKey))[0].public_key
    token = renew_invitation(session, session.merge(lead), now_utc()).token
    session.commit()
    browser = new_browser(app)
    used = browser.post(f"/staff/welcome/{token}", data={"password": ANOTHER, "again": ANOTHER})
    assert used.headers["Location"] == "/staff/sign-in", "the phone is still asked for"
    assert secret_of(browser, databases) == b""
    assert reader.get(CASE).headers["Location"].startswith("/staff/sign-in")
    (row,) = rows(app, select(ReaderKey))
    assert row.public_key == before, "a link opens no key and makes none"
    come_in(browser, ANOTHER, ahead=1)
    (row,) = rows(app, select(ReaderKey))
    assert row.public_key != before
    assert secret_of(browser, databases).startswith(KEY_MARK)
    assert browser.get(CASE).status_code != 200
    powers = LogEntry.act.not_in([act.value for act in UNSHOWN])
    told = rows(app, select(LogEntry.act).where(powers).order_by(LogEntry.seq))
    assert told == [LogAct.LINK_USED, LogAct.KEYS_RENEWED]


def test_who_reads_no_reports_has_no_key_in_the_session(
    app: Flask, session: Session, databases: Databases
) -> None:
    make_staff(session, email="teacher@school.example", password_hash=password_hash())
    session.commit()
    browser = new_browser(app)
    browser.post("/staff/sign-in", data={"email": "teacher@school.example", "password": PASSWORD})
    assert browser.get("/staff/classes/").status_code == 200
    assert secret_of(browser, databases) == b""


def test_a_made_up_key_of_tests_is_not_that_of_a_reader(app: Flask, lead: StaffMember) -> None:
    secret = key_of(app, lead)
    assert secret
    assert secret.private_key != private_key_of(lead.id)
