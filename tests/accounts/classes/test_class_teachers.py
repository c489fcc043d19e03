"""Several teachers a class, added and taken away on its page by those who may."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.cover import take_cover
from kiosk.accounts.models import ClassTeacher
from kiosk.audit.log import LogAct, LogEntry
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import password_hash, rows, staff_browser
from tests.at_once import Post, press_at_once
from tests.factories import at_the_machine, make_class_group, make_pupil, make_staff
from tests.oversight.school import counted_queries
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")


def test_a_second_teacher_is_added_on_the_page_and_opens_the_class(app: Flask, session: Session) -> None:
    coordinator, teacher = make_staff(session, Role.COORDINATOR), make_staff(session, name="Miss Green")
    group = make_class_group(session, teacher=make_staff(session), name="5B")
    make_pupil(session, group)
    session.commit()
    browser = staff_browser(app, coordinator)
    address = f"/staff/classes/{group.id}"
    page = Page(browser.get(address).text)
    (choice,) = page.inputs("colleague")
    assert teacher.id.hex in [option.attrs["value"] for option in choice.find_all("option")]
    added = browser.post(f"{address}/teachers", data={"colleague": teacher.id.hex}, follow_redirects=True)
    assert "Miss Green teaches 5B now." in added.text
    assert staff_browser(app, teacher).get(address).status_code == 200
    removed = browser.post(f"{address}/teachers/{teacher.id}/remove", follow_redirects=True)
    assert "Miss Green no longer teaches 5B." in removed.text
    assert staff_browser(app, teacher).get(address).status_code == 404
    noted = rows(app, select(LogEntry).where(LogEntry.act.in_((LogAct.CLASS_GIVEN, LogAct.CLASS_TAKEN))))
    assert [(line.by_id, line.about_id, line.details) for line in noted] == [
        (coordinator.id, teacher.id, '{"class":"5B"}')
    ] * 2


@pytest.mark.parametrize("sent", ["", "nonsense", "0" * 32, "not-a-teacher", "left", "again"])
def test_nobody_is_added_who_does_not_teach_here(app: Flask, session: Session, sent: str) -> None:
    coordinator, own = make_staff(session, Role.COORDINATOR), make_staff(session)
    chair = make_staff(session, Role.CHAIR, teaches=False)
    left = make_staff(session, left_on=date(2026, 1, 1))
    group = make_class_group(session, teacher=own)
    session.commit()
    colleague = {"not-a-teacher": chair.id.hex, "left": left.id.hex, "again": own.id.hex}.get(sent, sent)
    answer = staff_browser(app, coordinator).post(
        f"/staff/classes/{group.id}/teachers", data={"colleague": colleague}
    )
    assert answer.status_code == 422
    assert Page(answer.text).link("Choose a colleague who teaches.") == "#colleague"
    assert rows(app, select(ClassTeacher.staff_id)) == [own.id]


@pytest.mark.parametrize("role", [Role.TEACHER, Role.DSL, Role.CHAIR])
def test_a_teacher_changes_nobodys_classes_not_even_the_own(app: Flask, session: Session, role: Role) -> None:
    staff, friend = make_staff(session, role), make_staff(session)
    group = make_class_group(session, teacher=staff)
    session.commit()
    browser = staff_browser(app, staff)
    address = f"/staff/classes/{group.id}"
    assert browser.post(f"{address}/teachers", data={"colleague": friend.id.hex}).status_code == 403
    assert browser.post(f"{address}/teachers/{staff.id}/remove").status_code == 403
    assert "Take the class away" not in browser.get(address).text
    assert rows(app, select(ClassTeacher.staff_id)) == [staff.id]


@pytest.mark.parametrize(
    ("role", "status"), [(Role.NETWORK, 422), (Role.COORDINATOR, 303), (Role.PRINCIPAL, 303)]
)
def test_nobody_gives_themselves_a_class_who_does_not_see_what_is_set_in_every_class_anyway(
    app: Flask, session: Session, role: Role, status: int
) -> None:
    staff, group = make_staff(session, role), make_class_group(session, teacher=make_staff(session))
    make_pupil(session, group)
    make_staff(session, name="Miss Green")
    session.commit()
    browser, address = staff_browser(app, staff), f"/staff/classes/{group.id}"
    offered = [option.attrs["value"] for option in Page(browser.get(address).text).all("option")]
    assert (staff.id.hex in offered) is (status == 303)
    answer = browser.post(f"{address}/teachers", data={"colleague": staff.id.hex})
    assert answer.status_code == status
    if status == 422:
        assert "Ask the e-Safety Coordinator or the principal to give you this class." in answer.text
        assert browser.get(f"{address}/adjustments").status_code == 404


@pytest.mark.database("postgresql")
def test_two_add_or_take_away_the_same_teacher_at_once(app: Flask, session: Session) -> None:
    colleague, group = make_staff(session), make_class_group(session)
    two = [make_staff(session, role) for role in (Role.COORDINATOR, Role.PRINCIPAL)]
    session.commit()
    browsers = [staff_browser(app, one) for one in two]
    address, sent = f"/staff/classes/{group.id}/teachers", {"colleague": colleague.id.hex}
    added = press_at_once(app, "class_teacher", *((one, address, sent) for one in browsers))
    assert added == [303, 303]
    posts: list[Post] = [(one, f"{address}/{colleague.id}/remove", {}) for one in browsers]
    assert sorted(press_at_once(app, "class_teacher", *posts)) == [303, 404]
    acts = rows(app, select(LogEntry.act).where(LogEntry.about_id == colleague.id))
    assert sorted(acts) == sorted((LogAct.CLASS_GIVEN, LogAct.CLASS_TAKEN))


def test_a_lent_session_gives_nobody_a_class_without_the_password(app: Flask, session: Session) -> None:
    coordinator = make_staff(session, Role.COORDINATOR, password_hash=password_hash())
    friend, group = make_staff(session), make_class_group(session)
    session.commit()
    browser = staff_browser(app, coordinator)
    with browser.session_transaction("/staff/") as held:
        held.pop("confirmed", None)
        held.pop("confirmed_with_code", None)
    sent = {"colleague": friend.id.hex}
    assert browser.post(f"/staff/classes/{group.id}/teachers", data=sent).status_code == 401
    assert rows(app, select(ClassTeacher)) == []


def test_the_page_of_a_class_costs_the_same_with_many_children_teachers_and_covers(
    app: Flask, session: Session, databases: Databases
) -> None:
    own = make_staff(session)
    group, today = make_class_group(session, teacher=own), site_of(app).today()
    make_pupil(session, group)
    session.commit()
    browser = staff_browser(app, own)
    address = f"/staff/classes/{group.id}"
    browser.get(address)
    with counted_queries(databases) as few:
        browser.get(address)
    for number in range(20):
        make_pupil(session, group, first_name=f"Child {number}")
        session.add(ClassTeacher(class_group_id=group.id, staff_id=make_staff(session).id))
        take_cover(session, at_the_machine(), make_staff(session), group, today)
        session.commit()
    with counted_queries(databases) as many:
        browser.get(address)
    assert len(many) == len(few)
