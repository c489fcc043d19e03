"""A list of staff: nobody is invited unless every line is right, no line gives a role, and a link is shown once."""

import io
import re
from datetime import date
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.staff.lists import MOST_STAFF, Invitee, read_staff_list
from kiosk.config import Config, SettingError, load_config
from kiosk.roles import Role
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import heading, rows, staff_browser
from tests.accounts.roster.real_lists import xlsx_of
from tests.factories import make_staff
from tests.mail_server import MailServer
from tests.pages import Page
from tests.sites import make_app, run_worker_round

pytestmark = pytest.mark.database("sqlite")  # the verbs of one invitation are tested on both

SIXTY = "".join(
    f"Ms Okafor {chr(65 + n // 26)}{chr(65 + n % 26)}, staff{n}@school.example\n" for n in range(60)
)
OKAFOR, REED = (
    Invitee("Ms Okafor", "a.okafor@school.example", True),
    Invitee("Mr Reed", "j@school.example", False),
)


@pytest.fixture
def browser(app: Flask, session: Session) -> FlaskClient:
    manager = make_staff(session, Role.NETWORK, name="Mr Frost", email="frost@school.example")
    session.commit()
    return staff_browser(app, manager)


def shown(browser: FlaskClient, people: str) -> tuple[int, Page]:
    answer = browser.post("/staff/people/list", data={"people": people})
    return answer.status_code, Page(answer.text)


def confirmed(browser: FlaskClient, page: Page, way: str = "slips") -> tuple[int, str]:
    sent = {"data": page.value("data"), "mark": page.value("mark"), "way": way}
    answer = browser.post("/staff/people/list/confirm", data=sent)
    return answer.status_code, answer.text


def sent(mail_server: MailServer) -> list[tuple[str, str]]:
    """To whom what was sent."""
    mails = [
        (to[0], message_from_bytes(content, policy=default)) for to, content in mail_server.postbox.mails
    ]
    return [(to, str(mail.get_content())) for to, mail in mails]


def everybody(app: Flask) -> int:
    return int(rows(app, select(func.count()).select_from(StaffMember))[0])


@pytest.mark.parametrize(
    "data",
    [
        b"Ms Okafor, a.okafor@school.example\nMr Reed, j@school.example, does not teach\n",
        b"Ms Okafor;A.Okafor@School.Example;teacher\r\n\r\nMr Reed;j@school.example;Office\r\n",
        b"Name\tE-mail\tTeaches\nMs Okafor\ta.okafor@school.example\tyes\nMr Reed\tj@school.example\tno\n",
        b"a.okafor@school.example,Ms  Okafor\nj@school.example,Mr Reed,no\n",
        b"Ms Okafor <a.okafor@school.example>\nMr Reed <j@school.example>, support\n",
        xlsx_of(
            ("Staff",),
            ("Name", "E-mail", "Role"),
            ("Ms Okafor", "a.okafor@school.example", "Teacher"),
            ("Mr Reed", "j@school.example", "Does not teach"),
        ),
    ],
)
def test_a_list_is_read_however_it_was_made(session: Session, data: bytes) -> None:
    found = read_staff_list(session, data, ())
    assert [str(message) for _, message in found.problems] == []
    assert found.invitees == (OKAFOR, REED)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Ms Bad", "A line holds a name"),
        ("Ms Bad, bad@school", "Type a school e-mail address"),
        ("bad@school.example", "A line holds a name"),
        (", bad@school.example", "A line holds a name"),
        ("Ms Bad, bad@school.example, safeguarding lead", "A list gives no roles"),
        ("Ms Bad, bad@school.example, principal", "A list gives no roles"),
        ("Ms Bad, bad@school.example, network", "A list gives no roles"),
        ("Ms Bad, bad@school.example, dsl-deputy", "A list gives no roles"),
        ("Ms Bad, bad@school.example, teaches, dsl", "A line holds a name"),
        ("Ms Bad, a.okafor@school.example", "on another line already"),
        ("Ms Bad, bad@evil.example", "those end in school.example"),
        ("Ms Bad, bad@school.example.evil.example", "those end in"),
        ("Ms Bad, bad@evil.example@school.example", "Type a school e-mail address"),
        ("Ms Bad, bad@sub.school.example", "those end in"),
        ("=HYPERLINK(1), bad@school.example", "Type the name that"),
        ("-2+3, bad@school.example", "Type the name that"),
        (f"{'x' * 81}, bad@school.example", "Type the name that"),
        ('"Ms Bad, bad@school.example', "A quotation mark is out of place."),
    ],
)
def test_one_bad_line_is_named_with_its_number_and_nobody_is_invited(
    session: Session, line: str, says: str
) -> None:
    found = read_staff_list(
        session, f"Ms Okafor, a.okafor@school.example\n\n{line}\n".encode(), {"school.example"}
    )
    assert [(number, says in str(message)) for number, message in found.problems] == [(3, True)], found
    assert not found.invitees


def test_a_person_without_an_address_above_all_others_is_no_heading(session: Session) -> None:
    found = read_staff_list(session, b"Name,E-mail\nMs Bad,\nMs Okafor,a.okafor@school.example\n", ())
    assert [number for number, _ in found.problems] == [2]


def test_more_than_two_hundred_lines_are_refused_unread(session: Session) -> None:
    long = "".join(f"Ms Okafor,a{n}@school.example\n" for n in range(MOST_STAFF + 1))
    assert "more than 200 lines" in str(read_staff_list(session, long.encode(), ()).problems[0][1])


def test_bad_lines_keep_what_was_typed(browser: FlaskClient) -> None:
    status, page = shown(browser, "Ms Okafor, a.okafor@school.example\nMr Bad, bad\n")
    assert status == 422
    assert "A line holds a name" in page.text
    assert "Mr Bad, bad" in page.text
    assert shown(browser, " \n")[0] == 422


def test_sixty_are_invited_at_once_by_slips_that_are_shown_once(app: Flask, browser: FlaskClient) -> None:
    status, page = shown(browser, SIXTY)
    assert (status, heading(page)) == (200, "Invite 60 people")
    assert everybody(app) == 1, "nobody yet"
    status, text = confirmed(browser, page)
    assert status == 200
    links = re.findall(r"http://localhost(/staff/welcome/[\w-]+)<", text)
    assert len(set(links)) == 60
    assert text.count("<svg") >= 60
    assert browser.get(links[7]).status_code == 200
    assert everybody(app) == 61
    assert rows(app, select(RoleHolder.role)) == [Role.NETWORK]
    invited = select(StaffMember.password_hash).where(StaffMember.email.like("staff%"))
    assert set(rows(app, invited)) == {None}, "no password by default"
    status, again = confirmed(browser, page)
    assert status == 409
    assert "/staff/welcome/" not in again


def test_who_is_here_is_said_and_left_as_they_are(app: Flask, browser: FlaskClient, session: Session) -> None:
    here = make_staff(session, name="Ms Here", email="here@school.example", password_hash=b"x")
    make_staff(session, name="Mr Back", email="back@school.example", left_on=date(2026, 1, 2))
    session.commit()
    _, page = shown(browser, "Ms Other, HERE@school.example\nMr Back, back@school.example\n")
    assert "Here already, and left as they are" in page.text
    assert "Ms Here" in page.text
    assert confirmed(browser, page)[0] == 200
    kept = select(StaffMember.name).where(StaffMember.id == here.id, StaffMember.password_hash == b"x")
    assert rows(app, kept) == ["Ms Here"]
    assert rows(app, select(StaffMember.left_on).where(StaffMember.name == "Mr Back")) == [None]


def test_a_list_that_changed_since_it_was_shown_is_shown_again(
    browser: FlaskClient, session: Session
) -> None:
    _, page = shown(browser, SIXTY)
    make_staff(session, email="staff3@school.example")
    session.commit()
    status, text = confirmed(browser, page)
    assert status == 409
    assert "Something changed since this was shown." in text


def test_a_file_does_as_well(browser: FlaskClient) -> None:
    data = {"file": (io.BytesIO(xlsx_of(("Ms Okafor", "a.okafor@school.example"))), "staff.xlsx")}
    answer = browser.post("/staff/people/list", data=data)
    assert heading(Page(answer.text)) == "Invite 1 person"


def test_without_a_mail_server_links_are_slips_whatever_the_form_says(browser: FlaskClient) -> None:
    _, page = shown(browser, "Ms Okafor, a.okafor@school.example\n")
    assert "by mail" not in page.text
    status, text = confirmed(browser, page, "mail")
    assert (status, "/staff/welcome/" in text) == (200, True)


def test_a_link_by_mail_stands_in_the_mail_and_nowhere_else(
    mailing: Config, databases: Databases, session: Session, mail_server: MailServer
) -> None:
    manager = make_staff(session, Role.NETWORK, email="frost@school.example")
    session.commit()
    app = make_app(mailing, databases)
    browser = staff_browser(app, manager)
    _, page = shown(browser, "Ms Okafor, a.okafor@school.example\nMr Reed, j@school.example, no\n")
    status, text = confirmed(browser, page, "mail")
    assert (status, "/staff/welcome/" in text) == (303, False)
    run_worker_round(mailing, databases, now_utc())
    mails = dict(sent(mail_server))
    link = re.findall(r"http://localhost(/staff/welcome/[\w-]+)", mails["a.okafor@school.example"])[0]
    assert link not in mails["j@school.example"]
    token = link.rsplit("/", 1)[1].encode()
    stored = [path for path in mailing.data_dir.rglob("*") if path.is_file()]
    assert not [path for path in stored if token in path.read_bytes()]
    assert "Ms Okafor" in browser.get(link).text
    # A link that was made by hand takes its place, and the next mail about the account has none.
    (okafor,) = rows(app, select(StaffMember.id).where(StaffMember.name == "Ms Okafor"))
    made = browser.post(f"/staff/people/{okafor}/link")
    assert made.status_code == 200
    run_worker_round(mailing, databases, now_utc())
    assert browser.get(link).status_code == 410
    assert (
        "/staff/welcome/"
        not in [text for to, text in sent(mail_server) if to == "a.okafor@school.example"][-1]
    )


@pytest.mark.parametrize("value", ["@school.example", "school", "https://school.example", "a b.example"])
def test_a_domain_that_is_none_is_refused_at_the_start(value: str) -> None:
    with pytest.raises(SettingError, match="KIOSK_STAFF_DOMAINS"):
        load_config(staff_domains=value)
    assert load_config(staff_domains="School.example, trust.example").staff_domain_set == {
        "school.example",
        "trust.example",
    }
