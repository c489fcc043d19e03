"""A link for somebody who holds a role takes two people, or the computer itself, and then everybody hears of it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import LinkRequest, StaffMember
from kiosk.accounts.staff.links import (
    REQUEST_LASTS,
    ask_for_link,
    confirm_link,
    emergency_link,
    may_confirm,
    open_requests,
    refuse_link,
)
from kiosk.accounts.staff.people import end_account, invited_staff, renew_invitation
from kiosk.audit.log import Acting, LogAct, lines
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.wording.messages import Refused
from tests.accounts.doors import heading, rows, staff_browser
from tests.factories import SITE_KEY, make_staff
from tests.pages import Page

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def acting(staff: StaffMember, now: datetime = NOW) -> Acting:
    return Acting(SITE_KEY, staff.id, now)


def mails(databases: Databases) -> set[tuple[MailKind, str]]:
    with databases.reports.session(write=False) as reports:
        return {(row.kind, row.address) for row in reports.scalars(select(OutboxRow))}


def test_somebody_without_a_role_gets_a_link_from_one_person(session: Session) -> None:
    manager, teacher = make_staff(session, Role.NETWORK), make_staff(session)
    invitation = ask_for_link(session, acting(manager), teacher)
    assert invitation
    assert invited_staff(session, invitation.token, NOW) is teacher
    assert open_requests(session, NOW) == []
    (line,) = lines(session)
    assert (line.act, line.by_id, line.about_id) == (LogAct.LINK_MADE, manager.id, teacher.id)


@pytest.mark.parametrize("deputy", [False, True])
def test_a_role_holders_link_works_only_once_a_second_person_confirmed(
    session: Session, deputy: bool
) -> None:
    manager, lead = make_staff(session, Role.NETWORK), make_staff(session, Role.DSL)
    whom = make_staff(session, Role.DSL) if deputy else lead
    older = renew_invitation(session, whom, NOW).token
    assert ask_for_link(session, acting(manager), whom) is None
    assert whom.invitation_digest is None
    assert invited_staff(session, older, NOW) is None, "an older link works no more"
    (request,) = open_requests(session, NOW)
    chair = make_staff(session, Role.CHAIR)
    token = confirm_link(session, acting(chair), chair, request).token
    assert invited_staff(session, token, NOW) is whom
    assert open_requests(session, NOW) == []
    assert [line.act for line in lines(session, of=whom.id)] == [LogAct.LINK_MADE, LogAct.LINK_ASKED]


def test_neither_who_asked_nor_whom_it_is_for_nor_a_teacher_is_the_second_person(session: Session) -> None:
    coordinator, manager = make_staff(session, Role.COORDINATOR), make_staff(session, Role.NETWORK)
    teacher = make_staff(session)
    ask_for_link(session, acting(coordinator), manager)
    (request,) = open_requests(session, NOW)
    for me in (coordinator, manager, teacher):
        assert not may_confirm(me, request)
        with pytest.raises(Refused, match="Somebody else must confirm this"):
            confirm_link(session, acting(me), me, request)
    assert manager.invitation_digest is None
    for role in (Role.COORDINATOR, Role.DSL, Role.PRINCIPAL, Role.CHAIR, Role.NETWORK):
        assert may_confirm(make_staff(session, role), request)


def test_asking_anew_takes_the_place_of_who_asked_before_and_lapses_after_a_week(session: Session) -> None:
    manager, head = make_staff(session, Role.NETWORK), make_staff(session, Role.PRINCIPAL)
    lead = make_staff(session, Role.DSL)
    ask_for_link(session, acting(manager), lead)
    ask_for_link(session, acting(head, NOW + timedelta(days=1)), lead)
    (request,) = open_requests(session, NOW)
    assert request.asked_by_id == head.id
    assert open_requests(session, NOW + timedelta(days=1) + REQUEST_LASTS) == []


def test_a_request_can_be_refused_and_goes_with_who_leaves(session: Session) -> None:
    manager, lead = make_staff(session, Role.NETWORK), make_staff(session, Role.DSL)
    ask_for_link(session, acting(manager), lead)
    refuse_link(session, acting(lead), open_requests(session, NOW)[0])
    assert open_requests(session, NOW) == []
    assert lines(session)[0].act == LogAct.LINK_REFUSED
    asker = make_staff(session)
    session.add(LinkRequest(staff_id=lead.id, asked_by_id=asker.id, asked_at=NOW))
    session.flush()
    end_account(session, acting(manager), asker, NOW.date())
    assert open_requests(session, NOW) == []


def test_a_link_at_the_computer_is_told_to_every_role_holder_and_stands_in_the_log(
    databases: Databases,
) -> None:
    with databases.school.write() as session:
        manager = make_staff(session, Role.NETWORK, email="novak@school.example")
        make_staff(session, Role.DSL, email="lead@school.example")
        make_staff(session, email="teacher@school.example")
    token = emergency_link(databases, SITE_KEY, " Novak@school.example", False, NOW).token
    with databases.school.session(write=False) as session:
        assert invited_staff(session, token, NOW)
        (line,) = lines(session)
        assert (line.act, line.by_id, line.about_id) == (LogAct.LINK_ON_MACHINE, None, manager.id)
        assert session.get_one(StaffMember, manager.id).sealed_phone == manager.sealed_phone
    assert mails(databases) == {
        (MailKind.POWER, "novak@school.example"),
        (MailKind.POWER, "lead@school.example"),
        (MailKind.ACCOUNT, "novak@school.example"),
    }
    emergency_link(databases, SITE_KEY, "novak@school.example", True, NOW)
    with databases.school.session(write=False) as session:
        assert session.get_one(StaffMember, manager.id).sealed_phone is None
    with pytest.raises(Refused, match="Nobody who works here has the address"):
        emergency_link(databases, SITE_KEY, "nobody@school.example", False, NOW)


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    staff = make_staff(session, Role.COORDINATOR, name="Ms Asks")
    session.commit()
    return staff_browser(app, staff)


@pytest.mark.database("sqlite")
def test_two_people_make_a_link_by_the_pages_and_the_owner_hears_of_it(
    app: Flask, coordinator: FlaskClient, session: Session, databases: Databases
) -> None:
    manager = make_staff(session, Role.NETWORK, name="Mr Frost", email="frost@school.example")
    chair = make_staff(session, Role.CHAIR, email="chair@school.example")
    session.commit()
    page = Page(coordinator.get(f"/staff/people/{manager.id}").text)
    assert "Mr Frost holds a role. You ask for the link" in page.text
    asked = coordinator.post(f"/staff/people/{manager.id}/link", follow_redirects=True)
    assert "You asked for it: somebody else must confirm." in asked.text
    assert mails(databases) == {(MailKind.NEWS, "chair@school.example")}
    second = staff_browser(app, chair)
    assert "A link waits for you to confirm it" in Page(second.get("/staff/").text).text
    address = f"/staff/people/links/{manager.id}/confirm"
    unticked = second.post(address)
    assert unticked.status_code == 422
    assert "Then tick the box." in unticked.text
    made = second.post(address, data={"asked": "yes"})
    assert heading(Page(made.text)) == "Link for Mr Frost"
    assert Page(made.text).value("link").startswith("http://localhost/staff/welcome/")
    assert (MailKind.ACCOUNT, "frost@school.example") in mails(databases)
    assert second.post(address, data={"asked": "yes"}).status_code == 404, "once"


@pytest.mark.database("sqlite")
def test_who_asked_confirms_nothing_by_the_pages_and_may_take_it_back(
    app: Flask, coordinator: FlaskClient, session: Session
) -> None:
    manager = make_staff(session, Role.NETWORK)
    session.commit()
    coordinator.post(f"/staff/people/{manager.id}/link")
    answer = coordinator.post(f"/staff/people/links/{manager.id}/confirm", data={"asked": "yes"})
    assert answer.status_code == 409
    assert "Somebody else must confirm this" in answer.text
    assert rows(app, select(StaffMember.invitation_digest).where(StaffMember.id == manager.id)) == [None]
    back = coordinator.post(f"/staff/people/links/{manager.id}/refuse", follow_redirects=True)
    assert "The request is gone. No link was made." in back.text
    assert rows(app, select(LinkRequest)) == []
