"""My account: where I am signed in, how I sign in, and the lines of the log about me; the two leads see all of it."""

from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.accounts.sign_in.sessions import kind_of_browser
from kiosk.audit.log import LogAct, lines
from kiosk.audit.verify import verify_log
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.roles import Role
from kiosk.sealing.reader_key import six_words
from kiosk.storage.db import Databases, now_utc
from kiosk.web.sessions import StaffSession
from tests.accounts.doors import PASSWORD, heading, new_browser, password_hash, rows, staff_browser
from tests.factories import PHONE_SECRET, SITE_KEY, at_the_machine, make_class_group, make_staff, secret_of
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    "Safari/537.36 Edg/131.0.2903.51"
)
ANOTHER = "lantern orbit mustard canoe"


@pytest.fixture
def teacher(session: Session) -> StaffMember:
    staff = make_staff(
        session, name="Ms Okafor", email="okafor@school.example", password_hash=password_hash()
    )
    session.commit()
    return staff


def signed_in(app: Flask, staff: StaffMember, user_agent: str) -> FlaskClient:
    browser = new_browser(app)
    browser.environ_base["HTTP_USER_AGENT"] = user_agent
    browser.post("/staff/sign-in", data={"email": staff.email, "password": PASSWORD})
    assert is_in(browser)
    return browser


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/staff/classes/").status_code == 200


def account(browser: FlaskClient) -> Page:
    return Page(browser.get("/staff/password").text)


def code() -> str:
    return pyotp.TOTP(PHONE_SECRET).at(now_utc())


def mails(databases: Databases) -> list[tuple[MailKind, str]]:
    with databases.reports.session(write=False) as reports:
        return [(row.kind, row.address) for row in reports.scalars(select(OutboxRow))]


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        (FIREFOX, "Firefox", "Windows"),
        (IPHONE, "Safari", "iPhone"),
        (EDGE, "Edge", "Windows"),
        ("Marker-Browser-4471", "", ""),
        ("", "", ""),
    ],
)
def test_of_a_browser_only_its_kind_is_known(user_agent: str, browser: str, system: str) -> None:
    assert kind_of_browser(user_agent) == {"browser": browser, "system": system}


def test_the_own_name_in_the_bar_leads_to_the_account(app: Flask, teacher: StaffMember) -> None:
    page = Page(signed_in(app, teacher, FIREFOX).get("/staff/").text)
    assert [one.attrs["href"] for one in page.all("a") if "Ms Okafor" in one.text] == ["/staff/password"]


def test_open_sessions_are_listed_by_the_kind_of_their_browser_and_end_one_by_one(
    app: Flask, teacher: StaffMember
) -> None:
    here, phone, other = (signed_in(app, teacher, one) for one in (FIREFOX, IPHONE, EDGE))
    page = account(here)
    assert heading(page) == "My account"
    assert "This one Firefox on Windows. Signed in: Today" in page.text
    assert "Safari on iPhone Signed in: Today" in page.text
    assert "Edge on Windows Signed in: Today" in page.text
    first, _ = page.inputs("session")
    answer = here.post("/staff/password/sessions/end", data={"session": first.attrs["value"]})
    assert answer.headers["Location"] == "/staff/password"
    assert [is_in(one) for one in (here, phone, other)].count(True) == 2
    assert is_in(here)
    here.post("/staff/password/sessions/end")
    assert [is_in(one) for one in (here, phone, other)] == [True, False, False]


def test_nobody_ends_the_session_of_somebody_else(
    app: Flask, teacher: StaffMember, session: Session, databases: Databases
) -> None:
    other = make_staff(session)
    session.commit()
    theirs, mine = staff_browser(app, other), staff_browser(app, teacher)
    with databases.sessions.session(write=False) as store:
        (id,) = store.scalars(
            select(StaffSession.token_digest).where(StaffSession.staff_key == f"staff:{other.id}")
        )
    assert mine.post("/staff/password/sessions/end", data={"session": id.hex()}).status_code == 404
    mine.post("/staff/password/sessions/end")
    assert is_in(theirs)


def test_what_was_done_with_an_account_is_read_by_its_owner_and_by_the_two_leads_alone(
    app: Flask, teacher: StaffMember, session: Session
) -> None:
    manager = make_staff(session, Role.NETWORK, name="Mr Frost")
    lead, head = make_staff(session, Role.DSL), make_staff(session, Role.PRINCIPAL)
    chair, other = make_staff(session, Role.CHAIR), make_staff(session)
    session.commit()
    staff_browser(app, manager).post(f"/staff/people/{teacher.id}/link")
    told = "Was given a link for a new password"
    assert f"{told} Mr Frost" in account(staff_browser(app, teacher)).text
    assert told not in account(staff_browser(app, other)).text
    for one in (lead, head):
        page = Page(staff_browser(app, one).get("/staff/log").text)
        assert f"{told} Mr Frost. About: Ms Okafor" in page.text
    for one in (chair, manager, other):
        assert staff_browser(app, one).get("/staff/log").status_code == 403


def test_the_pages_of_the_log_show_no_number_of_a_line(app: Flask, session: Session) -> None:
    lead = make_staff(session, Role.DSL)
    for _ in range(70):
        at_the_machine().note(session, LogAct.SESSIONS_ENDED, lead.id)
    session.commit()
    browser = staff_browser(app, lead)
    seen = 0
    for number in (1, 2, 3):
        page = Page(browser.get(f"/staff/log?page={number}").text)
        seen += len(page.all("time"))
        for line in page.all("li"):
            assert not any(letter.isdigit() for one in line.find_all("b") for letter in one.text)
            assert not any(letter.isdigit() for one in line.find_all("small") for letter in one.text)
    assert seen == 70
    assert browser.get("/staff/log?page=x").status_code == 200


def test_changing_the_password_is_noted_told_to_the_owner_and_kept_in_order(
    app: Flask, teacher: StaffMember, databases: Databases
) -> None:
    browser = staff_browser(app, teacher)
    assert heading(Page(browser.get("/staff/password/new").text)) == "Change my password"
    sent = {"old": PASSWORD, "new": ANOTHER, "again": ANOTHER}
    assert browser.post("/staff/password", data=sent).headers["Location"] == "/staff/password"
    assert "Password Changed on" in account(browser).text
    assert mails(databases) == [(MailKind.ACCOUNT, "okafor@school.example")]
    with databases.school.session(write=False) as session:
        assert [line.act for line in lines(session)] == [LogAct.PASSWORD_CHANGED]
        assert verify_log(session, SITE_KEY) == []


def test_a_phone_is_replaced_with_password_and_the_code_of_the_old_one(
    app: Flask, session: Session, databases: Databases
) -> None:
    lead = make_staff(session, Role.DSL, email="lead@school.example", password_hash=password_hash())
    session.commit()
    browser = staff_browser(app, lead, ago=timedelta(minutes=15))
    asked = browser.post("/staff/phone/replace")
    assert asked.status_code == 401
    fields = {one.attrs["name"] for one in Page(asked.text).all("input")}
    assert {"unlock-password", "unlock-code"} <= fields
    alone = browser.post("/staff/phone/replace", data={"unlock-password": PASSWORD})
    assert alone.status_code == 401, "the password alone is not enough"
    sent = {"unlock-password": PASSWORD, "unlock-code": "000000"}
    wrong = browser.post("/staff/phone/replace", data=sent)
    assert wrong.status_code == 422
    assert "That is not the current code" in wrong.text
    assert browser.get("/staff/phone").headers["Location"] == "/staff/", "nothing to set up yet"
    right = browser.post("/staff/phone/replace", data=sent | {"unlock-code": code()})
    assert right.headers["Location"] == "/staff/phone"
    page = Page(browser.get("/staff/phone").text)
    secret = next(one.text for one in page.all("bdi") if "typed-key" in one.attrs.get("class", ""))
    fresh = pyotp.TOTP(secret.replace(" ", "")).at(now_utc())
    assert browser.post("/staff/phone", data={"code": fresh}).status_code == 303
    (row,) = rows(app, select(StaffMember).where(StaffMember.id == lead.id))
    assert row.sealed_phone != lead.sealed_phone
    assert mails(databases) == [(MailKind.ACCOUNT, "lead@school.example")]
    assert browser.get("/staff/phone").headers["Location"] == "/staff/", "once"


def test_one_typing_lasts_five_minutes_and_what_was_typed_is_carried_along(
    app: Flask, session: Session, databases: Databases
) -> None:
    manager = make_staff(session, Role.NETWORK, password_hash=password_hash())
    session.commit()
    browser = staff_browser(app, manager, ago=timedelta(minutes=15))
    typed = {"name": "Ms Newcomer", "email": "new@school.example", "teaches": "yes"}
    page = Page(browser.post("/staff/people/new", data=typed).text)
    carried = {
        one.attrs["name"]: one.attrs["value"] for one in page.all("input") if one.attrs["type"] == "hidden"
    }
    assert typed.items() <= carried.items()
    wrong = browser.post("/staff/people/new", data=carried | {"unlock-password": "not this one"})
    assert wrong.status_code == 422
    assert Page(wrong.text).value("name") == "Ms Newcomer"
    done = browser.post("/staff/people/new", data=carried | {"unlock-password": PASSWORD})
    assert heading(Page(done.text)) == "Link for Ms Newcomer"
    again = {"name": "Mr Other", "email": "other@school.example"}
    assert heading(Page(browser.post("/staff/people/new", data=again).text)) == "Link for Mr Other"
    with browser.session_transaction("/staff/") as held:
        held["confirmed"] -= 5 * 60 + 1
    third = {"name": "Mr Third", "email": "third@school.example"}
    assert browser.post("/staff/people/new", data=third).status_code == 401


def test_a_list_with_names_is_taken_after_the_password_and_noted(
    app: Flask, session: Session, databases: Databases
) -> None:
    coordinator = make_staff(session, Role.COORDINATOR, password_hash=password_hash())
    group = make_class_group(session, name="5B", teacher=coordinator)
    session.commit()
    browser = staff_browser(app, coordinator, ago=timedelta(minutes=15))
    wanted = f"/staff/completion/{group.id}.csv"
    asked = browser.get(wanted).headers["Location"]
    assert asked == f"/staff/confirm?next={wanted}"
    assert heading(Page(browser.get(asked).text)) == "Your password again"
    sent = {"unlock-password": PASSWORD, "next": wanted}
    assert browser.post("/staff/unlock", data=sent).headers["Location"] == wanted
    assert browser.get(wanted).mimetype == "text/csv"
    with databases.school.session(write=False) as reading:
        (line,) = lines(reading, acts=[LogAct.EXPORTED])
        assert (line.act, line.by_id, line.details) == (
            "exported",
            coordinator.id,
            '{"of":"5B","what":"completion"}',
        )


def test_a_link_confirms_nothing(app: Flask, session: Session, databases: Databases) -> None:
    staff = make_staff(session, name="Ms Okafor", email="okafor@school.example")
    manager = make_staff(session, Role.NETWORK)
    session.commit()
    page = Page(staff_browser(app, manager).post(f"/staff/people/{staff.id}/link").text)
    browser = new_browser(app)
    path = page.value("link").removeprefix("http://localhost")
    browser.post(path, data={"password": PASSWORD, "again": PASSWORD})
    browser.post("/staff/phone/later")
    assert is_in(browser)
    assert browser.get("/staff/phone").headers["Location"].startswith("/staff/confirm")
    with databases.sessions.write() as store:
        store.execute(update(StaffSession).values(seen_at=now_utc()))


def six_words_on(page: Page) -> tuple[str, ...]:
    """The words in the list of six; none where there is no such list."""
    lists = [one for one in page.all("ol") if one.attrs.get("class") == "six-words"]
    return tuple(item.text for one in lists for item in one.find_all("li"))


def test_whoever_has_a_key_reads_the_six_words_of_it_and_types_the_password_once_it_is_locked(
    app: Flask, session: Session, teacher: StaffMember
) -> None:
    lead = make_staff(session, Role.DSL)
    session.commit()
    secret, browser = secret_of(lead.id), staff_browser(app, lead)
    own = six_words(secret.public_key, secret.verify_key)
    assert six_words_on(account(browser)) == own
    session.execute(update(ReaderKey).values(public_key=bytes(32)))
    session.commit()
    assert six_words_on(account(browser)) == own, "of the key itself, not from the database"
    with site_of(app).databases.sessions.write() as store:
        store.execute(update(StaffSession).values(sealed_secret=None))
    page = account(browser)
    assert six_words_on(page) == ()
    assert page.link("Show them") == "/staff/unlock?next=/staff/password"
    assert "Your six words" not in account(staff_browser(app, teacher)).text
