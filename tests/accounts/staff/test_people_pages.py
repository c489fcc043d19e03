"""People: who may see them, inviting, links, leaving; and the roster by preview and confirmation."""

import base64
import io
import random
import zlib

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug import formparser

from kiosk.accounts.models import Pupil, StaffMember
from kiosk.config import Config
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import heading, rows, staff_browser
from tests.factories import PHONE_SECRET, make_class_group, make_pupil, make_staff
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

ROSTER = "first_name,last_name,class,year\nAmira,Quetzal,5B,5\nLeo,Quetzal,5B,5\n"


@pytest.fixture
def browser(app: Flask, session: Session) -> FlaskClient:
    manager = make_staff(session, Role.NETWORK, name="Mr Frost")
    session.commit()
    return staff_browser(app, manager)


def upload(browser: FlaskClient, text: str | bytes) -> tuple[int, Page]:
    data = text.encode() if isinstance(text, str) else text
    # Made by hand, as the client of the tests would put a large one into a file of its own.
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="roster.csv"\r\n\r\n'
    answer = browser.post(
        "/staff/people/import",
        data=head + data + b"\r\n--b--\r\n",
        content_type="multipart/form-data; boundary=b",
    )
    return answer.status_code, Page(answer.text)


def confirm(browser: FlaskClient, page: Page, **more: str) -> tuple[int, str]:
    sent = {
        "data": page.value("data"),
        "mark": page.value("mark"),
        "column": [str(one.attrs["value"]) for one in page.inputs("column")],
        **more,
    }
    answer = browser.post("/staff/people/import/confirm", data=sent)
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.NETWORK, 200),
        (Role.COORDINATOR, 200),
        (Role.PRINCIPAL, 200),
        (Role.DSL, 403),
        (Role.CHAIR, 403),
        (Role.TEACHER, 403),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/staff/people/", "/staff/people/new", "/staff/people/import", "/staff/people/export.csv"]
)
def test_people_are_looked_after_by_three_roles(
    app: Flask, session: Session, role: Role, status: int, path: str
) -> None:
    staff = make_staff(session, role)
    session.commit()
    assert staff_browser(app, staff).get(path).status_code == status


def test_the_list_says_what_each_answers_for_and_how_the_account_stands(
    browser: FlaskClient, session: Session
) -> None:
    make_staff(session, Role.DSL, name="Ms Lead", password_hash=b"x")
    make_staff(session, Role.DSL, name="Mr Second", password_hash=b"x")
    make_staff(session, name="Mx Late")
    session.commit()
    text = Page(browser.get("/staff/people/").text).text
    assert "Safeguarding lead Password and phone" in text
    assert "Safeguarding lead, deputy" in text
    assert "Teaches Link ended" in text


def test_an_invitation_shows_its_link_once(browser: FlaskClient, session: Session) -> None:
    answer = browser.post(
        "/staff/people/new", data={"name": "Ms Okafor", "email": "A@school.example", "teaches": "yes"}
    )
    page = Page(answer.text)
    address = page.value("link")
    assert address.startswith("http://localhost/staff/welcome/")
    assert heading(page) == "Link for Ms Okafor"
    token = address.rsplit("/", 1)[1]
    assert token not in browser.get("/staff/people/").text
    assert browser.get(f"/staff/welcome/{token}").status_code == 200


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        ("", "a@school.example", "name"),
        ("Ms Okafor", "okafor", "email"),
        ("Ms Okafor", "taken@school.example", "email"),
    ],
)  # fmt: skip
def test_an_invitation_that_will_not_do_keeps_what_was_typed(
    browser: FlaskClient, session: Session, name: str, email: str, field: str
) -> None:
    make_staff(session, email="taken@school.example")
    session.commit()
    answer = browser.post("/staff/people/new", data={"name": name, "email": email})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert (page.value("name"), page.value("email")) == (name, email)
    assert page.inputs(field)[0].attrs.get("aria-invalid") == "true"
    assert "checked" not in page.inputs("teaches")[0].attrs


def test_a_new_link_leaves_the_phone_in_place(app: Flask, browser: FlaskClient, session: Session) -> None:
    staff = make_staff(session, totp_secret=PHONE_SECRET, password_hash=b"x")
    session.commit()
    page = Page(browser.post(f"/staff/people/{staff.id}/link").text)
    assert "still asks for its code" in page.text
    assert rows(app, select(StaffMember.sealed_phone).where(StaffMember.id == staff.id)) == [
        staff.sealed_phone
    ]


def test_nobody_can_become_a_reader_by_a_new_phone(
    app: Flask, browser: FlaskClient, session: Session
) -> None:
    staff = make_staff(session, Role.DSL, name="Ms Lead")
    session.commit()
    answer = browser.post(f"/staff/people/{staff.id}/phone")
    assert answer.status_code == 409
    assert "Give the roles of Ms Lead to somebody else first: Safeguarding lead." in Page(answer.text).text
    assert rows(app, select(StaffMember.sealed_phone).where(StaffMember.id == staff.id)) == [
        staff.sealed_phone
    ]


def test_leaving_ends_every_session_at_once(
    app: Flask, browser: FlaskClient, session: Session, databases: Databases
) -> None:
    staff = make_staff(session, name="Mr Gone")
    session.commit()
    theirs = staff_browser(app, staff)
    assert theirs.get("/staff/classes/").status_code == 200
    assert browser.post(f"/staff/people/{staff.id}/leave").status_code == 422, "a tick comes first"
    answer = browser.post(f"/staff/people/{staff.id}/leave", data={"sure": "yes"}, follow_redirects=True)
    assert "Mr Gone no longer has an account." in answer.text
    assert theirs.get("/staff/classes/").headers["Location"].startswith("/staff/sign-in")
    assert browser.get(f"/staff/people/{staff.id}").status_code == 404


def test_nobody_with_a_role_can_be_removed(browser: FlaskClient, session: Session) -> None:
    staff = make_staff(session, Role.PRINCIPAL, name="Ms Head")
    session.commit()
    answer = browser.post(f"/staff/people/{staff.id}/leave", data={"sure": "yes"})
    assert answer.status_code == 409
    assert "Ms Head cannot leave before somebody else takes over: Principal." in Page(answer.text).text


def test_a_roster_is_shown_before_it_is_written(app: Flask, browser: FlaskClient, session: Session) -> None:
    status, page = upload(browser, ROSTER)
    assert status == 200
    assert heading(page) == "This would change"
    assert rows(app, select(Pupil)) == []
    status, _ = confirm(browser, page)
    assert status == 303
    assert {pupil.first_name for pupil in rows(app, select(Pupil))} == {"Amira", "Leo"}


def test_a_roster_with_bad_lines_lists_them_all_and_offers_nothing_to_confirm(browser: FlaskClient) -> None:
    status, page = upload(browser, ROSTER + ",Li,5B,5\nNia,Jones,5B,99\n")
    assert status == 422
    assert heading(page) == "Nothing was saved"
    assert "The first name is empty." in page.text
    assert "Write N, R or 1 to 13. “99” 5" in page.text
    assert page.inputs("mark") == []


def test_no_file_or_an_empty_one_is_explained(browser: FlaskClient) -> None:
    for answer in (
        browser.post("/staff/people/import", data={}),
        browser.post("/staff/people/import", data={"file": (io.BytesIO(b""), "x.csv")}),
    ):
        assert answer.status_code == 422
        assert "Choose a file first" in answer.text


def test_what_changed_between_preview_and_confirmation_is_shown_again(
    browser: FlaskClient, session: Session
) -> None:
    _, page = upload(browser, ROSTER)
    make_pupil(session, make_class_group(session, name="6C", year="6"))
    session.commit()
    status, text = confirm(browser, page)
    assert status == 409
    assert "Something changed since this was shown." in text


@pytest.mark.parametrize("data", ["", "%%%", "AAAA", "Zmlyc3RfbmFtZQ=="])
def test_a_confirmation_of_something_else_writes_nothing(
    app: Flask, browser: FlaskClient, session: Session, data: str
) -> None:
    answer = browser.post("/staff/people/import/confirm", data={"data": data, "mark": "x"})
    assert answer.status_code == 409
    assert rows(app, select(Pupil)) == []


def test_sending_most_of_the_school_away_needs_a_tick(browser: FlaskClient, session: Session) -> None:
    _, page = upload(browser, ROSTER)
    confirm(browser, page)
    _, page = upload(browser, "first_name,last_name,class,year\nAmira,Quetzal,5B,5\n")
    assert "More than one child in ten would leave." in page.text
    for halves in ({}, {"sure": "yes"}, {"leaving": "1"}, {"sure": "yes", "leaving": "2"}):
        status, text = confirm(browser, page, **halves)
        assert status == 422
        assert "tick the box and type how many" in text
    assert confirm(browser, page, sure="yes", leaving=" 1 ")[0] == 303


OWN_HEADINGS = "They go by;Family;Bubble;Stage\nAmira;Quetzal;5B;5\n"


def choose(browser: FlaskClient, page: Page, *columns: str) -> tuple[int, Page]:
    answer = browser.post(
        "/staff/people/import/columns", data={"data": page.value("data"), "column": list(columns)}
    )
    return answer.status_code, Page(answer.text)


def test_headings_that_nobody_knows_are_asked_about_once(app: Flask, browser: FlaskClient) -> None:
    status, page = upload(browser, OWN_HEADINGS)
    assert (status, heading(page)) == (200, "Columns of the list")
    assert "Quetzal" in page.text
    status, page = choose(browser, page, "preferred_first_name", "last_name", "", "year")
    assert status == 422
    assert "Choose a column for: Class." in page.text
    status, page = choose(browser, page, "last_name", "last_name", "class", "year")
    assert "Two columns are chosen for: Last name." in page.text
    status, page = choose(browser, page, "preferred_first_name", "last_name", "class", "year")
    assert (status, heading(page)) == (200, "This would change")
    assert confirm(browser, page)[0] == 303
    assert {pupil.first_name for pupil in rows(app, select(Pupil))} == {"Amira"}
    turned = OWN_HEADINGS.replace("Bubble;Stage", "Stage;Bubble").replace("5B;5", "6;6C")
    status, page = upload(browser, turned)
    assert heading(page) == "This would change", "remembered, whatever the order"
    assert "6C" in page.text


def test_what_was_guessed_can_be_chosen_anew(app: Flask, browser: FlaskClient) -> None:
    _, page = upload(browser, "Forename,Known as,Surname,Class,Year\nAmirah,Amira,Quetzal,5B,5\n")
    page = Page(browser.post("/staff/people/import/columns", data={"data": page.value("data")}).text)
    assert heading(page) == "Columns of the list"
    _, page = choose(browser, page, "first_name", "", "last_name", "class", "year")
    assert confirm(browser, page)[0] == 303
    assert {pupil.first_name for pupil in rows(app, select(Pupil))} == {"Amirah"}


@pytest.mark.parametrize("column", [["x"] * 4, ["first_name"], ["first_name"] * 300, []])
def test_a_choice_of_something_else_is_asked_again(browser: FlaskClient, column: list[str]) -> None:
    _, page = upload(browser, OWN_HEADINGS)
    status, page = choose(browser, page, *column)
    assert status in {200, 422}
    assert heading(page) == "Columns of the list"


def test_a_file_in_a_form_that_unpacks_to_more_than_a_file_may_have_is_not_read(browser: FlaskClient) -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b"first_name,last_name,class,year\n" + b" " * 50_000_000))
    answer = browser.post("/staff/people/import/columns", data={"data": bomb.decode()})
    assert answer.status_code == 422
    assert "The file is empty." in answer.text


@pytest.mark.later
def test_the_largest_file_that_is_shown_can_be_saved_and_never_lies_on_the_disk(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formparser, "SpooledTemporaryFile", pytest.fail)
    noise = random.Random(1)
    lines = [f'Nia {letter},Quetzal,5B,5,"{noise.randbytes(45_000).hex()}"' for letter in "abcdefghijkl"]
    status, page = upload(browser, "first_name,last_name,class,year,note\n" + "\n".join(lines))
    assert status == 200
    assert confirm(browser, page)[0] == 303
    assert "larger than 1 MB" in upload(browser, noise.randbytes(1_600_000))[1].text


def test_no_last_name_reaches_the_disk(browser: FlaskClient, config: Config) -> None:
    _, page = upload(browser, ROSTER)
    confirm(browser, page)
    files = [path for path in config.data_dir.rglob("*") if path.is_file()]
    assert len(files) >= 3
    assert not [path for path in files if b"Quetzal" in path.read_bytes()]


def test_the_roster_can_be_downloaded(browser: FlaskClient) -> None:
    _, page = upload(browser, ROSTER)
    confirm(browser, page)
    answer = browser.get("/staff/people/export.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.decode("utf-8-sig").splitlines() == [
        "first_name,class,year,staff_id",
        "Amira,5B,5,",
        "Leo,5B,5,",
    ]
