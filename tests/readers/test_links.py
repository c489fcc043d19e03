"""A link for a new password shuts a key: two people with links never shut all of them (promise G5)."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from kiosk.accounts.models import StaffMember
from kiosk.mail.messages import ABOUT_REPORTS, MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.proposals.publish import publish_readers
from kiosk.report.access.keyring import able_now, read_keyring
from kiosk.storage.db import now_utc
from tests.accounts.doors import PASSWORD, new_browser, password_hash, staff_browser
from tests.factories import PHONE_SECRET, make_staff
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import browser, keyed, renew_key

__all__ = ["keyed"]
READERS = tuple(f"{role}{end}" for role in ("dsl", "coordinator", "principal", "chair") for end in ("", "2"))
REFUSED = "too few others could open reports"


def ask(app: Flask, school: School, whom: str) -> TestResponse:
    """The network manager asks for a link."""
    return browser(app, school, "network").post(f"/staff/people/{school.people[whom].id}/link")


def second(app: Flask, school: School, whom: str) -> TestResponse:
    """The network manager's deputy confirms it."""
    address = f"/staff/people/links/{school.people[whom].id}/confirm"
    return browser(app, school, "network2").post(address, data={"asked": "yes"})


def use(app: Flask, made: TestResponse) -> None:
    """Somebody sets a new password with the link on a page."""
    (link,) = re.findall(r"http://localhost(/staff/welcome/[\w-]+)", made.text)
    word = "nobody will ever know these words"
    assert new_browser(app).post(link, data={"password": word, "again": word}).status_code == 303


@pytest.mark.parametrize("state", ["not used", "used", "signed in"])
def test_two_who_read_nothing_leave_two_readers_and_one_on_each_route(
    app: Flask, keyed: School, state: str
) -> None:
    refused = set()
    for name in READERS:
        if ask(app, keyed, name).status_code == 409:
            refused.add(name)
            continue
        made = second(app, keyed, name)
        assert made.status_code == 200, name
        if state != "not used":
            use(app, made)
        if state == "signed in":
            with keyed.databases.school.write() as session:
                renew_key(session, keyed, session.get_one(StaffMember, keyed.people[name].id))
    assert refused == {"chair", "chair2"}
    told = keyed.told("adult", head="yes")
    assert browser(app, keyed, "chair2").post(f"/staff/incidents/open/{told}").status_code == 302


def test_it_is_asked_again_when_the_link_is_made(app: Flask, keyed: School) -> None:
    for name in ("dsl", "dsl2", "chair", "chair2"):
        assert ask(app, keyed, name).status_code == 303, name
    answers = [second(app, keyed, name) for name in ("dsl", "dsl2", "chair", "chair2")]
    assert [one.status_code for one in answers] == [200, 200, 200, 409]
    assert REFUSED in answers[-1].text
    with keyed.databases.school.session(write=False) as session:
        assert session.get_one(StaffMember, keyed.chair2.id).invitation_digest is None


@pytest.mark.database("sqlite")
def test_the_refusal_stands_where_the_link_is_asked_for_and_changes_nothing(
    app: Flask, keyed: School
) -> None:
    with keyed.databases.school.write() as session:
        for name in READERS[1:]:
            session.get_one(StaffMember, keyed.people[name].id).frozen_on = now_utc().date()
    answer = ask(app, keyed, "dsl")
    assert answer.status_code == 409
    assert REFUSED in Page(answer.text).text
    assert 'href="#link"' in answer.text
    assert "Nothing waits to be confirmed" in browser(app, keyed, "network2").get("/staff/people/links").text


@pytest.mark.database("sqlite")
def test_whose_key_opens_nothing_and_who_reads_nothing_get_a_link_all_the_same(
    app: Flask, keyed: School
) -> None:
    with keyed.databases.school.write() as session:
        for name in READERS[1:]:
            renew_key(session, keyed, session.get_one(StaffMember, keyed.people[name].id))
    for name in ("chair", "network2", "principal"):
        assert ask(app, keyed, name).status_code == 303, name
    assert ask(app, keyed, "teacher").status_code == 200
    assert ask(app, keyed, "dsl").status_code == 409


@pytest.mark.database("sqlite")
def test_who_is_away_on_holiday_counts_as_they_come_back(app: Flask, keyed: School) -> None:
    today = now_utc().date()
    with keyed.databases.school.write() as session:
        for name in READERS:
            person = session.get_one(StaffMember, keyed.people[name].id)
            person.away_from = person.away_until = today
    assert ask(app, keyed, "dsl").status_code == 303


@pytest.mark.database("sqlite")
def test_a_person_whom_somebody_invented_and_gave_a_role_is_no_second_person(
    app: Flask, keyed: School
) -> None:
    with keyed.databases.school.write() as session:
        puppet = make_staff(session, password_hash=password_hash(), totp_secret=PHONE_SECRET)
    form = {"network": keyed.people["network"].id.hex, "network-deputy": puppet.id.hex, "password": PASSWORD}
    assert browser(app, keyed, "principal").post("/staff/roles/network", data=form).status_code == 303
    with keyed.databases.reports.session(write=False) as session:
        told = session.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.CHANGE)).all()
    assert {keyed.dsl.email, keyed.chair.email} <= {*told}, "everybody who holds a role hears of it"
    dsl = keyed.people["dsl"].id
    assert staff_browser(app, puppet).post(f"/staff/people/{dsl}/link").status_code == 303
    confirm = f"/staff/people/links/{dsl}/confirm"
    answer = browser(app, keyed, "principal").post(confirm, data={"asked": "yes"})
    assert answer.status_code == 409
    assert "was given a role less than two school days ago" in answer.text
    assert browser(app, keyed, "coordinator").post(f"/staff/people/{dsl}/link").status_code == 303
    assert staff_browser(app, puppet).post(confirm, data={"asked": "yes"}).status_code == 409
    with keyed.databases.school.session(write=False) as session:
        assert session.get_one(StaffMember, dsl).invitation_digest is None
    assert browser(app, keyed, "principal").post(confirm, data={"asked": "yes"}).status_code == 200


def test_two_who_would_come_to_read_more_by_a_link_are_not_the_two_who_make_it(
    app: Flask, keyed: School
) -> None:
    """The head and the deputy, who would read what is told about danger once one of two leads can open nothing."""
    for name in ("dsl", "dsl2"):
        address = f"/staff/people/{keyed.people[name].id}/link"
        assert browser(app, keyed, "principal").post(address).status_code == 303
        confirm = f"/staff/people/links/{keyed.people[name].id}/confirm"
        answer = browser(app, keyed, "principal2").post(confirm, data={"asked": "yes"})
        assert answer.status_code == 409
        assert "both of you would read reports then that you do not read now" in answer.text
    assert second(app, keyed, "dsl").status_code == 200, "who reads nothing gains nothing"


def test_from_the_use_of_a_link_on_she_is_named_to_no_child_and_mailed_nothing_urgent(
    app: Flask, keyed: School
) -> None:
    """Before she has signed in anew there is no new key, and the old one opens nothing any more."""
    assert ask(app, keyed, "dsl").status_code == 303
    made = second(app, keyed, "dsl")
    keyed.told("stranger")
    assert "dsl@school.example" in news(keyed)
    use(app, made)
    publish_readers(keyed.databases, keyed.config, now_utc().date())
    with keyed.databases.reports.write() as reports:
        assert "Ms dsl" not in {one.name for one in able_now(read_keyring(reports).readers)}
        reports.query(OutboxRow).delete()
    keyed.told("images")
    assert "dsl@school.example" not in news(keyed)
    assert "dsl2@school.example" in news(keyed)


def news(school: School) -> set[str]:
    """Who is mailed that something was told."""
    with school.databases.reports.session(write=False) as reports:
        return set(reports.scalars(select(OutboxRow.address).where(OutboxRow.kind.in_(ABOUT_REPORTS))))
