"""Attacks on powers that worked once: a stolen password, a lent session, a link to another role (promise G9)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Event

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil, StaffMember
from kiosk.accounts.sign_in.passwords import PUPIL_COST, new_password
from kiosk.audit.log import LogAct, LogEntry
from kiosk.roles import Role
from kiosk.storage.db import Databases, now_utc
from kiosk.web.sessions import StaffSession, forget_staff_sessions
from tests.accounts.doors import PASSWORD, new_browser, password_hash, rows, staff_browser
from tests.factories import PHONE_SECRET, make_class_group, make_pupil, make_staff
from tests.pages import Page
from tests.serving import PATIENCE_SECONDS

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

ANOTHER = "lantern orbit mustard canoe"
THIRD = "pickle anthem drawer comet"


def sign_in(browser: FlaskClient, staff: StaffMember, password: str = PASSWORD) -> str:
    answer = browser.post("/staff/sign-in", data={"email": staff.email, "password": password})
    return answer.headers.get("Location", "")


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/staff/classes/").status_code == 200


def links_in(page: str) -> list[str]:
    return [field.attrs["value"] for field in Page(page).inputs("link")]


def test_a_stolen_password_alone_signs_nobody_in_who_can_change_people_or_roles(
    app: Flask, session: Session
) -> None:
    for role in (Role.NETWORK, Role.COORDINATOR, Role.DSL, Role.PRINCIPAL, Role.CHAIR):
        staff = make_staff(session, role, password_hash=password_hash())
        session.commit()
        thief = new_browser(app)
        assert sign_in(thief, staff) == "/staff/sign-in/code", role
        assert not is_in(thief)
    bare = make_staff(session, Role.NETWORK, password_hash=password_hash(), **no_phone())
    session.commit()
    assert sign_in(new_browser(app), bare) == "/staff/phone", "nor where no phone is set up yet"


@pytest.mark.parametrize("act", ["link", "phone", "leave"])
def test_a_lent_session_uses_no_power_over_an_account_without_the_password(
    app: Flask, session: Session, act: str
) -> None:
    manager = make_staff(session, Role.NETWORK, password_hash=password_hash())
    victim = make_staff(session, password_hash=password_hash())
    session.commit()
    thief = lent_browser(app, manager)
    answer = thief.post(f"/staff/people/{victim.id}/{act}", data={"sure": "yes"})
    assert links_in(answer.text) == []
    assert answer.status_code == 401
    (row,) = rows(app, select(StaffMember).where(StaffMember.id == victim.id))
    assert (row.invitation_digest, row.left_on) == (None, None)


@pytest.mark.parametrize("path", ["/staff/people/export.csv", "/staff/completion/{class_id}.csv"])
def test_a_lent_session_takes_no_list_of_names_away(app: Flask, session: Session, path: str) -> None:
    coordinator = make_staff(session, Role.COORDINATOR, password_hash=password_hash())
    group = make_class_group(session, teacher=coordinator)
    session.commit()
    answer = lent_browser(app, coordinator).get(path.format(class_id=group.id))
    assert answer.mimetype != "text/csv"


def test_a_lent_session_changes_no_children_and_whoever_does_is_named_in_the_log(
    app: Flask, session: Session
) -> None:
    manager, pupil = make_staff(session, Role.NETWORK, password_hash=password_hash()), make_pupil(session)
    session.commit()
    file = b"first_name,last_name,class,year\nLeo,Lion,Owls,2\n"
    asked = Page(
        lent_browser(app, manager)
        .post("/staff/people/import", data={"file": (BytesIO(file), "list.csv")})
        .text
    )
    sent = {"data": asked.value("data"), "mark": asked.value("mark"), "sure": "yes", "leaving": "1"}
    answer = lent_browser(app, manager).post("/staff/people/import/confirm", data=sent)
    assert answer.status_code == 401
    assert Page(answer.text).value("data") == sent["data"], "nothing has to be chosen again"
    assert rows(app, select(Pupil.left_on).where(Pupil.id == pupil.id)) == [None]
    staff_browser(app, manager).post("/staff/people/import/confirm", data=sent)
    assert rows(app, select(LogEntry.by_id).where(LogEntry.act == LogAct.ROSTER_READ)) == [manager.id]


def test_a_coordinator_cannot_become_the_network_manager_through_a_link(app: Flask, session: Session) -> None:
    coordinator = make_staff(session, Role.COORDINATOR, password_hash=password_hash())
    manager = make_staff(session, Role.NETWORK, password_hash=password_hash(), **no_phone())
    session.commit()
    browser = staff_browser(app, coordinator)
    page = browser.post(f"/staff/people/{manager.id}/link", follow_redirects=True).text
    assert links_in(page) == []
    (row,) = rows(app, select(StaffMember).where(StaffMember.id == manager.id))
    assert row.invitation_digest is None, "before a second person has confirmed, no working link exists"
    for path in ("/staff/people/links", f"/staff/people/links/{manager.id}/confirm"):
        assert links_in(browser.post(path, follow_redirects=True).text) == [], "nor by confirming it alone"
    (row,) = rows(app, select(StaffMember).where(StaffMember.id == manager.id))
    assert row.invitation_digest is None


def test_a_thief_in_a_session_adds_no_phone_without_the_password(app: Flask, session: Session) -> None:
    staff = make_staff(session, password_hash=password_hash())
    session.commit()
    thief = lent_browser(app, staff)
    answer = thief.get("/staff/phone", follow_redirects=True)
    assert "typed-key" not in answer.text
    with thief.session_transaction("/staff/") as held:
        held["phone"] = PHONE_SECRET
    code = pyotp.TOTP(PHONE_SECRET).at(now_utc())
    assert thief.post("/staff/phone", data={"code": code}).status_code == 401
    assert has_phone(app, staff) is False


def test_a_request_that_is_still_running_brings_no_ended_session_back(
    own_app: Flask, session: Session, databases: Databases
) -> None:
    staff = make_staff(session)
    session.commit()
    thief = staff_browser(own_app, staff)
    with databases.sessions.write() as store:
        store.execute(update(StaffSession).values(seen_at=now_utc() - timedelta(minutes=2)))

    @own_app.before_request
    def _everywhere_else() -> None:
        with databases.sessions.write() as store:
            forget_staff_sessions(store, f"staff:{staff.id}")

    answer = thief.get("/staff/classes/")
    assert answer.status_code == 200, "this one request was under way"
    with databases.sessions.session(write=False) as store:
        assert store.scalars(select(StaffSession)).all() == []
    own_app.before_request_funcs[None].remove(_everywhere_else)
    assert not is_in(thief)


def test_a_thief_who_looks_at_page_after_page_is_out_once_the_owner_signs_out_everywhere(
    own_app: Flask, session: Session, databases: Databases
) -> None:
    staff = make_staff(session)
    session.commit()
    thief, owner = staff_browser(own_app, staff), staff_browser(own_app, staff)
    began, ended = Event(), Event()

    @own_app.before_request
    def _every_page_writes_its_session() -> None:
        with databases.sessions.write() as store:
            store.execute(update(StaffSession).values(seen_at=now_utc() - timedelta(minutes=2)))

    def look() -> list[bool]:
        """Look again and again; what the looks found that began after the owner had ended the session."""
        found: list[bool] = []
        while len(found) < 5:
            late, inside = ended.is_set(), is_in(thief)
            found += [inside] if late else []
            began.set()
        return found

    with ThreadPoolExecutor(1) as aside:
        looking = aside.submit(look)
        assert began.wait(PATIENCE_SECONDS)
        assert owner.post("/staff/password/sessions/end").status_code == 303
        ended.set()
        assert looking.result(PATIENCE_SECONDS) == [False] * 5
    own_app.before_request_funcs[None].remove(_every_page_writes_its_session)
    with databases.sessions.session(write=False) as store:
        assert len(store.scalars(select(StaffSession)).all()) == 1, "the owner's alone"
    assert is_in(owner)
    assert not is_in(thief)


def test_a_new_password_by_a_link_ends_every_session_of_that_person(app: Flask, session: Session) -> None:
    manager = make_staff(session, Role.NETWORK, password_hash=password_hash())
    staff = make_staff(session, password_hash=password_hash())
    session.commit()
    thief = staff_browser(app, staff)
    assert is_in(thief)
    (address,) = links_in(staff_browser(app, manager).post(f"/staff/people/{staff.id}/link").text)
    owner = new_browser(app)
    sent = {"password": ANOTHER, "again": ANOTHER}
    assert owner.post(address.removeprefix("http://localhost"), data=sent).status_code == 303
    assert not is_in(thief)


def test_a_pending_sign_in_dies_with_the_password_that_it_passed(app: Flask, session: Session) -> None:
    lead = make_staff(session, Role.DSL, password_hash=password_hash())
    session.commit()
    thief = new_browser(app)
    assert sign_in(thief, lead) == "/staff/sign-in/code"
    owner = staff_browser(app, lead)
    changed = owner.post("/staff/password", data={"old": PASSWORD, "new": ANOTHER, "again": ANOTHER})
    assert changed.status_code == 303
    tried = thief.post("/staff/sign-in/code", data={"code": pyotp.TOTP(PHONE_SECRET).at(now_utc())})
    assert "That took a while, so please start again." in tried.text
    assert not is_in(thief)


def test_a_session_begun_with_the_old_password_in_the_moment_of_change_is_worth_nothing(
    app: Flask, session: Session
) -> None:
    staff = make_staff(session, password_hash=password_hash())
    session.commit()
    thief = staff_browser(app, staff)  # its row comes after the others were deleted
    with_new = session.get_one(StaffMember, staff.id)
    with_new.password_hash = new_password(THIRD, PUPIL_COST).stored
    session.commit()
    assert not is_in(thief)


def no_phone() -> dict[str, object]:
    return {"totp_secret": None}


def has_phone(app: Flask, staff: StaffMember) -> bool:
    (row,) = rows(app, select(StaffMember).where(StaffMember.id == staff.id))
    return row.sealed_phone is not None


def lent_browser(app: Flask, staff: StaffMember) -> FlaskClient:
    """A browser that its owner left open: signed in a quarter of an hour ago."""
    return staff_browser(app, staff, ago=timedelta(minutes=15))


def test_a_thief_with_session_and_password_gets_no_more_guesses_at_the_code_by_typing_the_password(
    app: Flask, session: Session
) -> None:
    lead = make_staff(session, Role.DSL, password_hash=password_hash())
    session.commit()
    thief = lent_browser(app, lead)
    guesses = 0
    for _ in range(12):
        sent = {"unlock-password": PASSWORD, "unlock-code": "000000", "unlock-power": "yes"}
        answer = thief.post("/staff/phone/replace", data=sent)
        assert answer.status_code == 422
        guesses += "That is not the current code" in answer.text
        thief.post("/staff/unlock", data={"unlock-password": PASSWORD})  # clears the wrong passwords
    assert guesses < 5
