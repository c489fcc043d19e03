"""The roles of the office and of data protection: each with a deputy or nobody, and no power over who reads."""

from datetime import timedelta

import pytest
from flask import Flask

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.totp import needs_second_step
from kiosk.accounts.staff.links import role_given_at
from kiosk.audit.log import Acting, LogAct
from kiosk.roles import Role
from kiosk.storage.db import now_utc
from tests.accounts.doors import PASSWORD, password_hash, staff_browser
from tests.factories import PHONE_SECRET, SITE_KEY, make_staff
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import browser, errors_of, keyed, role_holders

__all__ = ["keyed"]
pytestmark = pytest.mark.database("sqlite")


def give(app: Flask, keyed: School, by: str, role: str, holder: str, deputy: str) -> tuple[int, Page]:
    """Somebody gives one of these roles."""
    sent = {role: holder, f"{role}-deputy": deputy, "password": PASSWORD}
    answer = browser(app, keyed, by).post(f"/staff/roles/{role}", data=sent)
    return answer.status_code, Page(answer.text)


@pytest.mark.parametrize("role", ["office", "data"])
@pytest.mark.parametrize("by", ["network", "principal"])
def test_one_person_gives_it_with_a_deputy_and_never_without(
    app: Flask, keyed: School, role: str, by: str
) -> None:
    teacher, other = keyed.people["teacher"].id.hex, keyed.people["network2"].id.hex
    before = role_holders(keyed)
    status, page = give(app, keyed, by, role, teacher, "")
    assert status == 422 and "Choose a deputy, for when" in errors_of(page)[f"{role}-deputy"]
    assert role_holders(keyed) == before
    assert give(app, keyed, by, role, teacher, other)[0] == 303
    assert len(role_holders(keyed) - before) == 2
    assert give(app, keyed, by, role, "", "")[0] == 303, "a school may have nobody"
    assert role_holders(keyed) == before


@pytest.mark.parametrize("by", ["dsl", "coordinator", "chair"])
def test_nobody_else_gives_it(app: Flask, keyed: School, by: str) -> None:
    assert browser(app, keyed, by).get("/staff/roles/office").status_code == 403
    assert browser(app, keyed, "network").get("/staff/roles/teacher").status_code == 404


def test_whoever_holds_it_needs_a_phone_and_opens_no_page_of_a_power(app: Flask, keyed: School) -> None:
    with keyed.databases.school.write() as session:
        office = make_staff(session, Role.OFFICE, password_hash=password_hash(), totp_secret=PHONE_SECRET)
        data = make_staff(session, Role.DATA, password_hash=password_hash(), totp_secret=PHONE_SECRET)
        assert needs_second_step(office) and needs_second_step(data)
    closed = ("people/", "people/links", "incidents/", "keys", "roles", "log", "settings")
    for person in (office, data):
        client = staff_browser(app, person)
        assert client.get("/staff/").status_code == 200
        assert {client.get(f"/staff/{page}").status_code for page in closed} == {403}
    assert staff_browser(app, office).get("/staff/access").status_code == 200
    assert staff_browser(app, data).get("/staff/access").status_code == 403


def test_it_makes_nobody_one_of_two_people_now_or_sooner(keyed: School) -> None:
    long_ago, now = now_utc() - timedelta(days=30), now_utc()
    with keyed.databases.school.write() as session:
        puppet: StaffMember = make_staff(session)
        for at, role in ((long_ago, Role.OFFICE), (long_ago, Role.DATA), (now, Role.NETWORK)):
            acting = Acting(SITE_KEY, keyed.people["principal"].id, at)
            acting.note(session, LogAct.ROLE_GIVEN, puppet.id, role=role.value, deputy=1)
        given = role_given_at(session, puppet.id)
        session.rollback()
    assert given is not None and given > long_ago + timedelta(days=1)
