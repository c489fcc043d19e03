"""The first visit by a one-time link, from the invitation to being in."""

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.passwords import try_password
from kiosk.accounts.sign_in.totp import seal_phone
from kiosk.accounts.staff.people import invite_first, invite_staff
from kiosk.storage.db import now_utc
from tests.accounts.doors import PASSWORD, heading, rows
from tests.factories import PHONE_SECRET, SITE_KEY, at_the_machine
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both


@pytest.fixture
def token(session: Session) -> str:
    invitation = invite_staff(session, at_the_machine(), "Ms Okafor", "a@school.example")
    session.commit()
    return invitation.token


def staff_row(client: FlaskClient) -> StaffMember:
    (row,) = rows(client.application, select(StaffMember))
    return row


def send(
    client: FlaskClient, token: str, password: str = PASSWORD, again: str = PASSWORD
) -> tuple[int, str, str]:
    answer = client.post(f"/staff/welcome/{token}", data={"password": password, "again": again})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def test_a_link_leads_to_a_password_a_phone_if_wanted_and_in(client: FlaskClient, token: str) -> None:
    page = Page(client.get(f"/staff/welcome/{token}").text)
    assert heading(page) == "Welcome, Ms Okafor"
    assert [one.attrs["autocomplete"] for one in page.inputs("password")] == ["new-password"]
    assert send(client, token)[:2] == (303, "/staff/phone")
    assert "Not now" in client.get("/staff/phone").text
    assert client.post("/staff/phone/later").headers["Location"] == "/staff/"
    assert client.get("/staff/classes/").status_code == 200


def test_a_phone_is_shown_as_a_picture_that_the_content_policy_lets_through(
    client: FlaskClient, token: str
) -> None:
    send(client, token)
    first = client.get("/staff/phone").text
    svg = first[first.index("<svg viewBox") : first.index("</svg>", first.index("<svg viewBox"))]
    assert "style" not in svg
    assert "<script" not in svg
    assert client.get("/staff/phone").text == first, "a reload shows the same key"


def test_a_first_code_that_does_not_fit_keeps_the_same_picture(client: FlaskClient, token: str) -> None:
    send(client, token)
    secret = secret_of(client)
    answer = client.post("/staff/phone", data={"code": "abc"})
    assert answer.status_code == 422
    assert "That is not the code that the phone shows now" in answer.text
    assert secret_of(client) == secret


def secret_of(client: FlaskClient) -> str:
    page = Page(client.get("/staff/phone").text)
    return next(one.text for one in page.all("bdi") if "typed-key" in one.attrs.get("class", ""))


def test_the_first_administrator_comes_in_and_sees_people(client: FlaskClient, session: Session) -> None:
    token = invite_first(session, at_the_machine(), "Mr Frost", "frost@school.example").token
    session.commit()
    send(client, token)
    code = pyotp.TOTP(secret_of(client).replace(" ", "")).at(now_utc())
    assert client.post("/staff/phone", data={"code": code}).headers["Location"] == "/staff/"
    assert client.get("/staff/people/").status_code == 200


def test_a_link_works_once(client: FlaskClient, token: str) -> None:
    send(client, token)
    for answer in (
        client.get(f"/staff/welcome/{token}"),
        client.post(f"/staff/welcome/{token}", data={"password": PASSWORD}),
    ):
        assert answer.status_code == 410
        assert heading(Page(answer.text)) == "This link no longer works"


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "' or 1=1"])
def test_a_made_up_link_opens_nothing(client: FlaskClient, token: str) -> None:
    assert client.get(f"/staff/welcome/{token}").status_code == 410


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "Use at least 15 letters. This one has 5."),
        ("ms okafor at our school", "ms okafor at our school", "easy to guess"),
        (PASSWORD, PASSWORD + "s", "The two are not the same."),
        ("", "", "Use at least 15 letters."),
    ],
)
def test_a_password_that_will_not_do_is_explained_beside_the_field(
    client: FlaskClient, session: Session, token: str, password: str, again: str, says: str
) -> None:
    status, _, text = send(client, token, password, again)
    assert status == 422
    assert says in Page(text).text
    assert 'aria-invalid="true"' in text
    assert not password or f'value="{password}"' not in text
    assert staff_row(client).password_hash is None


def test_a_new_link_sets_a_new_password_but_never_opens_without_the_phone(
    client: FlaskClient, session: Session, token: str
) -> None:
    seal_phone(SITE_KEY, session.scalars(select(StaffMember)).one(), PHONE_SECRET)
    session.commit()
    assert send(client, token)[:2] == (303, "/staff/sign-in")
    assert client.get("/staff/classes/").status_code == 302
    row = staff_row(client)
    assert try_password(row.password_hash, PASSWORD)
    assert row.sealed_phone
