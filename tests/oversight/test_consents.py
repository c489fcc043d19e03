"""Leadership consent: two who did not ask say yes, one no ends it, and each decides once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder
from kiosk.oversight import consents
from kiosk.oversight.consent_log import KnownConsent
from kiosk.oversight.models import ConsentState, ConsentStep
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.factories import make_staff, today
from tests.oversight.asking import Staff, acts, asked_by, gone, name_leadership, state_of
from tests.pages import Page


def test_two_of_the_leadership_say_yes_and_it_is_allowed(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    teacher, head, deputy = (staff_browser(app, one) for one in (staff.teacher, staff.head, staff.deputy))
    address = asked_by(teacher)
    assert "Those who can decide: Mr Deputy, Mrs Head, Ms Second." in Page(teacher.get(address).text).text
    assert head.post(f"{address}/agree").headers["Location"] == address
    assert state_of(databases, address) is ConsentState.WAITING
    assert "One yes counts so far: Mrs Head. One more is needed." in Page(deputy.get(address).text).text
    deputy.post(f"{address}/agree")
    assert state_of(databases, address) is ConsentState.AGREED
    shown = Page(teacher.get(address).text).text
    assert "Mrs Head said yes on" in shown and "Mr Deputy said yes on" in shown
    assert "Allowed until" in Page(teacher.get("/staff/consents").text).text
    assert acts(databases) == ["consent_asked", "consent_agreed", "consent_agreed"]
    log = Page(head.get("/staff/log").text).text
    assert "Said yes to what was asked of the leadership team: Open the video site for Year 9" in log


def test_one_no_ends_it_and_says_why(app: Flask, databases: Databases, staff: Staff) -> None:
    head, deputy = staff_browser(app, staff.head), staff_browser(app, staff.deputy)
    address = asked_by(staff_browser(app, staff.teacher))
    head.post(f"{address}/agree")
    empty = deputy.post(f"{address}/refuse", data={"reason": " "})
    assert empty.status_code == 422 and state_of(databases, address) is ConsentState.WAITING
    deputy.post(f"{address}/refuse", data={"reason": "Nobody watches the comments."})
    assert state_of(databases, address) is ConsentState.REFUSED
    assert "Nobody watches the comments." in Page(head.get(address).text).text
    assert staff_browser(app, staff.second).post(f"{address}/agree").status_code == 409
    assert state_of(databases, address) is ConsentState.REFUSED


def test_one_person_with_two_roles_is_one_person(app: Flask, databases: Databases, staff: Staff) -> None:
    name_leadership(app, "principal,dsl")
    head = staff_browser(app, staff.head)
    address = asked_by(staff_browser(app, staff.teacher))
    head.post(f"{address}/agree")
    again = head.post(f"{address}/agree")
    assert again.status_code == 409
    assert "Nothing was changed" in Page(again.text).text
    assert state_of(databases, address) is ConsentState.WAITING
    assert acts(databases) == ["consent_asked", "consent_agreed"]


def test_who_asked_never_decides_also_as_the_principal(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    head = staff_browser(app, staff.head)
    address = asked_by(head)
    for word in ("agree", "refuse", "keep", "end"):
        assert head.post(f"{address}/{word}", data={"reason": "x"}).status_code == 403
    staff_browser(app, staff.deputy).post(f"{address}/agree")
    assert state_of(databases, address) is ConsentState.WAITING
    staff_browser(app, staff.second).post(f"{address}/agree")
    assert state_of(databases, address) is ConsentState.AGREED


@pytest.mark.parametrize("word", ["agree", "refuse", "keep", "end", "take-back"])
def test_whoever_is_not_of_the_leadership_changes_nothing(
    app: Flask, databases: Databases, session: Session, staff: Staff, word: str
) -> None:
    others = [make_staff(session, role) for role in (Role.DSL, Role.CHAIR, Role.NETWORK, Role.COORDINATOR)]
    others.append(make_staff(session))
    session.commit()
    address = asked_by(staff_browser(app, staff.teacher))
    for one in others:
        sent = {"reason": "x", "note": "x", "review_on": today().isoformat()}
        assert staff_browser(app, one).post(f"{address}/{word}", data=sent).status_code == 403
    assert acts(databases) == ["consent_asked"]


def test_the_yes_of_somebody_who_left_or_lost_the_role_counts_no_more(
    app: Flask, databases: Databases, session: Session, staff: Staff
) -> None:
    address = asked_by(staff_browser(app, staff.teacher))
    staff_browser(app, staff.head).post(f"{address}/agree")
    gone(databases, staff.head)
    staff_browser(app, staff.deputy).post(f"{address}/agree")
    assert state_of(databases, address) is ConsentState.WAITING
    shown = Page(staff_browser(app, staff.teacher).get(address).text).text
    assert "One yes counts so far: Mr Deputy." in shown
    with databases.school.write() as writing:
        writing.execute(delete(RoleHolder).where(RoleHolder.staff_id == staff.deputy.id))
    staff_browser(app, staff.second).post(f"{address}/agree")
    assert state_of(databases, address) is ConsentState.WAITING


def test_a_decision_stands_when_those_who_made_it_have_left(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    address = asked_by(staff_browser(app, staff.teacher))
    for one in (staff.head, staff.deputy):
        staff_browser(app, one).post(f"{address}/agree")
    gone(databases, staff.head)
    assert state_of(databases, address) is ConsentState.AGREED


def test_three_at_once_decide_it_once(app: Flask, databases: Databases, staff: Staff) -> None:
    address = asked_by(staff_browser(app, staff.teacher))
    browsers = [staff_browser(app, one) for one in (staff.head, staff.deputy, staff.second) for _ in range(2)]
    start, found = threading.Barrier(len(browsers)), []

    def tap(client: FlaskClient) -> None:
        start.wait()
        found.append(client.post(f"{address}/agree").status_code)

    threads = [threading.Thread(target=tap, args=(client,)) for client in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [302, 302, 409, 409, 409, 409]
    with databases.school.session(write=False) as reading:
        steps = reading.scalars(select(ConsentStep)).all()
        assert len({one.staff_id for one in steps}) == len(steps) == 2
    assert acts(databases).count("consent_agreed") == 2
    assert state_of(databases, address) is ConsentState.AGREED


def test_only_who_asked_takes_it_back_and_only_while_it_waits(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    teacher, head = staff_browser(app, staff.teacher), staff_browser(app, staff.head)
    address = asked_by(teacher)
    assert head.post(f"{address}/take-back").status_code == 403
    teacher.post(f"{address}/take-back")
    assert state_of(databases, address) is ConsentState.TAKEN_BACK
    assert head.post(f"{address}/agree").status_code == 409
    allowed = asked_by(teacher)
    for one in (staff.head, staff.deputy):
        staff_browser(app, one).post(f"{allowed}/agree")
    assert teacher.post(f"{allowed}/take-back").status_code == 409
    assert state_of(databases, allowed) is ConsentState.AGREED


def test_on_its_day_it_is_looked_at_again_and_goes_on_or_ends(
    app: Flask, databases: Databases, session: Session, staff: Staff
) -> None:
    head = staff_browser(app, staff.head)
    address = asked_by(staff_browser(app, staff.teacher), review_on=today().isoformat())
    for one in (staff.head, staff.deputy):
        staff_browser(app, one).post(f"{address}/agree")
    assert "A decision is to be looked at again" in Page(head.get("/staff/").text).text
    late = {"review_on": (today() + timedelta(days=400)).isoformat(), "note": "Went well"}
    assert head.post(f"{address}/keep", data=late).status_code == 422
    soon = {"review_on": (today() + timedelta(days=20)).isoformat(), "note": "Went well"}
    assert head.post(f"{address}/keep", data=soon).status_code == 302
    assert "A decision is to be looked at again" not in Page(head.get("/staff/").text).text
    assert "looked at it again" in Page(head.get(address).text).text
    staff_browser(app, staff.second).post(f"{address}/end", data={"reason": "Strangers wrote to us."})
    assert state_of(databases, address) is ConsentState.ENDED
    assert acts(databases)[-2:] == ["consent_kept", "consent_ended"]


def test_a_reason_is_not_lost_when_somebody_has_decided_or_the_role_has_gone_meanwhile(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    head, deputy = staff_browser(app, staff.head), staff_browser(app, staff.deputy)
    address = asked_by(staff_browser(app, staff.teacher))
    assert head.post(f"{address}/refuse", data={"reason": "No."}).status_code == 302
    late = deputy.post(f"{address}/refuse", data={"reason": "Nobody watches the comments."})
    assert late.status_code == 409 and Page(late.text).value("written") == "Nobody watches the comments."
    with databases.school.write() as writing:
        writing.execute(delete(RoleHolder).where(RoleHolder.staff_id == staff.deputy.id))
    gone_role = deputy.post(f"{address}/refuse", data={"reason": "Nobody watches the comments."})
    assert gone_role.status_code == 403 and acts(databases) == ["consent_asked", "consent_refused"]
    page = Page(gone_role.text)
    assert page.value("written") == "Nobody watches the comments."
    assert "you are not one of those who decide" in page.text and not page.inputs("reason")


@pytest.mark.database("postgresql")
def test_who_loses_the_role_while_another_decides_says_no_yes(
    app: Flask, databases: Databases, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = asked_by(staff_browser(app, staff.teacher))
    assert staff_browser(app, staff.head).post(f"{address}/agree").status_code == 302
    asked = consents.consent_of

    def asked_for(*given: Any) -> KnownConsent | None:
        with databases.school.write() as writing:
            writing.execute(delete(RoleHolder).where(RoleHolder.staff_id == staff.deputy.id))
        return asked(*given)

    deputy = staff_browser(app, staff.deputy)
    monkeypatch.setattr(consents, "consent_of", asked_for)
    assert deputy.post(f"{address}/agree").status_code == 403
    assert state_of(databases, address) is ConsentState.WAITING
