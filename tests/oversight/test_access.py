"""Who has access: one register of everybody, pauses that change nothing in kiosk, and what each role sees of it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil, StaffMember
from kiosk.audit.log import Acting, LogAct, LogEntry
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import Decision
from kiosk.oversight.access import (
    AccessState,
    access_lines,
    access_tasks,
    change_access,
    leavers,
    person_of,
    pupils_access,
    staff_access,
)
from kiosk.oversight.models import AccessAct, AccessLine, Paused
from kiosk.roles import Role
from kiosk.storage.db import Databases, now_utc
from kiosk.wording.messages import Refused
from tests.accounts.doors import staff_browser
from tests.factories import SITE_KEY, make_class_group, make_pupil, make_staff, today
from tests.oversight.school import decide, fill_class
from tests.pages import Page
from tests.sites import site_of

LEADS = frozenset({Role.PRINCIPAL})


class People:
    """A head with a deputy, one of each role who sees the register, a teacher, and a class of two."""

    def __init__(self, session: Session) -> None:
        self.head = make_staff(session, Role.PRINCIPAL, name="Mrs Head", teaches=False)
        self.deputy = make_staff(session, Role.PRINCIPAL, name="Mr Deputy", teaches=False)
        self.coordinator = make_staff(session, Role.COORDINATOR, teaches=False)
        self.network = make_staff(session, Role.NETWORK, name="Mr Network", teaches=False)
        self.office = make_staff(session, Role.OFFICE, name="Mrs Office", teaches=False)
        self.teacher = make_staff(session, name="Miss Teacher")
        self.group = make_class_group(session, teacher=self.teacher)
        self.luca = make_pupil(session, self.group, first_name="Luca")
        self.petra = make_pupil(session, self.group, first_name="Petra")
        session.commit()


@pytest.fixture
def people(session: Session) -> People:
    """The people of these tests."""
    return People(session)


def act(session: Session, who: StaffMember, person: Pupil | StaffMember, what: AccessAct, after: int) -> None:
    """Somebody writes a line after the one that they saw."""
    given: dict[str, Any] = {}
    if what in {AccessAct.PAUSED, AccessAct.KEPT}:
        given = {"paused": Paused.SIGN_IN, "look_on": today() + timedelta(days=1)}
    acting = Acting(SITE_KEY, who.id, now_utc())
    change_access(session, acting, person, what, after, LEADS, today(), **given)


def form(**changed: str) -> dict[str, str]:
    """The form of a pause, filled in."""
    return {
        "after": "0",
        "paused": "sign_in",
        "look_on": (today() + timedelta(days=1)).isoformat(),
    } | changed


def states(session: Session, codes: Codes) -> dict[str, AccessState]:
    """How every child stands."""
    return {row.name: row.state for row in pupils_access(session, codes)}


def test_a_child_waits_for_the_code_and_has_access_once_it_has_agreed(
    session: Session, codes: Codes, code: Code, people: People
) -> None:
    assert states(session, codes) == {"Luca": AccessState.WAITS, "Petra": AccessState.WAITS}
    decide(session, people.luca, code)
    decide(session, people.petra, code, Decision.NOT_YET)
    assert states(session, codes) == {"Luca": AccessState.GRANTED, "Petra": AccessState.WAITS}
    decide(session, people.luca, code, decided_on=today(), lapsed_on=today())
    session.execute(update(AccessLine.metadata.tables["sign_off"]).values(lapsed_on=today()))
    assert states(session, codes)["Luca"] is AccessState.WAITS, "each school year it is agreed to again"


def test_what_was_paused_waits_for_the_network_manager_and_is_given_back(
    session: Session, codes: Codes, code: Code, people: People
) -> None:
    decide(session, people.luca, code)
    act(session, people.head, people.luca, AccessAct.PAUSED, 0)
    assert states(session, codes)["Luca"] is AccessState.PAUSED
    assert access_tasks(session, people.network, LEADS, today()) == (0, 1)
    act(session, people.network, people.luca, AccessAct.DONE, 1)
    assert access_tasks(session, people.network, LEADS, today()) == (0, 0)
    assert states(session, codes)["Luca"] is AccessState.PAUSED
    act(session, people.deputy, people.luca, AccessAct.KEPT, 2)
    assert access_tasks(session, people.network, LEADS, today()) == (0, 0), "nothing new is to be set"
    act(session, people.deputy, people.luca, AccessAct.RETURNED, 3)
    assert states(session, codes)["Luca"] is AccessState.GRANTED
    assert access_tasks(session, people.network, LEADS, today()) == (0, 1)
    lines = [(line.act.value, line.by.name) for line in access_lines(session, people.luca)]
    assert lines == [
        ("returned", "Mr Deputy"),
        ("kept", "Mr Deputy"),
        ("done", "Mr Network"),
        ("paused", "Mrs Head"),
    ]
    logged = session.scalars(select(LogEntry).where(LogEntry.act == LogAct.ACCESS_CHANGED.value)).all()
    assert len(logged) == 4 and {line.about_id for line in logged} == {people.luca.id}


def test_sent_twice_it_is_one_line_and_who_comes_second_changes_nothing(
    session: Session, people: People
) -> None:
    act(session, people.head, people.luca, AccessAct.PAUSED, 0)
    act(session, people.head, people.luca, AccessAct.PAUSED, 0)
    assert len(access_lines(session, people.luca)) == 1
    for who, what in ((people.deputy, AccessAct.PAUSED), (people.head, AccessAct.RETURNED)):
        with pytest.raises(Refused):
            act(session, who, people.luca, what, 0)
    assert len(access_lines(session, people.luca)) == 1


@pytest.mark.parametrize("what", [AccessAct.PAUSED, AccessAct.RETURNED, AccessAct.KEPT, AccessAct.DONE])
def test_nobody_else_writes_a_line(session: Session, people: People, what: AccessAct) -> None:
    if what is not AccessAct.PAUSED:
        act(session, people.head, people.luca, AccessAct.PAUSED, 0)
    after = len(access_lines(session, people.luca))
    others = [people.coordinator, people.office, people.teacher]
    others += [people.head] if what is AccessAct.DONE else [people.network]
    for who in others:
        with pytest.raises(Refused):
            act(session, who, people.luca, what, after)


def test_nobody_gives_back_or_looks_at_their_own_access(session: Session, people: People) -> None:
    act(session, people.head, people.deputy, AccessAct.PAUSED, 0)
    for what in (AccessAct.RETURNED, AccessAct.KEPT):
        with pytest.raises(Refused):
            act(session, people.deputy, people.deputy, what, 1)
    later = today() + timedelta(days=2)
    assert access_tasks(session, people.deputy, LEADS, later) == (0, 0)
    assert access_tasks(session, people.head, LEADS, later) == (1, 0)
    act(session, people.head, people.deputy, AccessAct.RETURNED, 1)


def test_whoever_left_is_not_paused_and_stays_a_year(session: Session, people: People) -> None:
    act(session, people.head, people.luca, AccessAct.PAUSED, 0)
    people.luca.left_on = today()
    people.teacher.left_on = today() - timedelta(days=400)
    session.flush()
    with pytest.raises(Refused):
        act(session, people.head, people.luca, AccessAct.RETURNED, 1)
    assert [row.name for row in leavers(session, today())] == ["Luca"]
    assert person_of(session, "pupil", people.luca.id, today()) and not person_of(
        session, "staff", people.teacher.id, today()
    )
    assert access_tasks(session, people.network, LEADS, today()) == (0, 0)
    assert access_tasks(session, people.head, LEADS, today() + timedelta(days=9)) == (0, 0)


def test_lines_go_with_the_child(session: Session, people: People) -> None:
    act(session, people.head, people.luca, AccessAct.PAUSED, 0)
    session.commit()
    session.delete(session.get_one(Pupil, people.luca.id))
    session.commit()
    assert not session.scalars(select(AccessLine)).all()


def test_adults_stand_in_the_register_with_the_policy_that_they_agreed_to(
    session: Session, codes: Codes, people: People
) -> None:
    policy = codes["staff", "en"]
    decide(session, people.luca, policy, pupil_id=None, staff_id=people.teacher.id)
    found = {row.name: row.state for row in staff_access(session, codes)}
    assert found["Miss Teacher"] is AccessState.GRANTED and found["Mrs Head"] is AccessState.WAITS
    act(session, people.head, people.teacher, AccessAct.PAUSED, 0)
    assert next(row.name for row in staff_access(session, codes)) == "Miss Teacher"


@pytest.mark.parametrize("more", [0, 30])
def test_the_register_asks_the_same_whatever_happened(
    session: Session, codes: Codes, people: People, more: int
) -> None:
    fill_class(session, more, name="Many")
    for after in range(0, more, 2):
        act(session, people.head, people.petra, AccessAct.PAUSED, after)
        act(session, people.deputy, people.petra, AccessAct.RETURNED, after + 1)
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))
    rows = pupils_access(session, codes)
    assert len(asked) == 3 and len(rows) == 2 + more


@pytest.mark.database("sqlite")
class TestPages:
    """The pages, by role."""

    def test_the_leadership_pauses_and_the_network_manager_sets_it_without_a_reason(
        self, app: Flask, people: People
    ) -> None:
        head, network = staff_browser(app, people.head), staff_browser(app, people.network)
        address = f"/staff/access/pupil/{people.luca.id}"
        assert "Pause it" in head.get(address).text
        assert head.post(f"{address}/paused", data=form()).status_code == 303
        page = Page(network.get("/staff/").text)
        assert "1 change is to set." in page.text
        page = Page(network.get(address).text)
        assert "Own sign-in on the school’s computers" in page.text and not page.all("textarea")
        assert network.post(f"{address}/done", data={"after": "1"}).status_code == 303
        assert "Set by Mr Network" in Page(head.get(address).text).text
        assert "to set" not in Page(network.get("/staff/").text).text

    def test_what_has_to_be_corrected_stands_beside_its_field(self, app: Flask, people: People) -> None:
        head = staff_browser(app, people.head)
        address = f"/staff/access/pupil/{people.luca.id}/paused"
        last = site_of(app).calendar.add_school_days(today(), 5)
        far = form(paused="", look_on=(last + timedelta(days=1)).isoformat())
        answer = head.post(address, data=far)
        text = Page(answer.text).text
        assert answer.status_code == 422
        assert "Choose what is paused." in text and "Choose a day after today and not later than" in text
        assert head.post(address, data=form(look_on=today().isoformat())).status_code == 422
        assert head.post(address, data=form(after="7")).status_code == 409

    @pytest.mark.parametrize("who", ["coordinator", "office", "network"])
    def test_who_is_not_of_the_leadership_finds_no_form_and_may_not_post(
        self, app: Flask, people: People, who: str
    ) -> None:
        browser = staff_browser(app, getattr(people, who))
        address = f"/staff/access/pupil/{people.luca.id}"
        assert "Pause it" not in browser.get(address).text
        assert browser.post(f"{address}/paused", data=form()).status_code == 403

    def test_a_teacher_sees_nothing_of_it(self, app: Flask, people: People) -> None:
        browser = staff_browser(app, people.teacher)
        for address in ("/staff/access", "/staff/access.csv", f"/staff/access/pupil/{people.luca.id}"):
            assert browser.get(address).status_code == 403
        assert browser.post(f"/staff/access/pupil/{people.luca.id}/paused", data=form()).status_code == 403

    def test_a_pause_changes_no_page_of_the_class(
        self, app: Flask, databases: Databases, people: People
    ) -> None:
        teacher = staff_browser(app, people.teacher)
        pages = (f"/staff/classes/{people.group.id}", f"/staff/completion/{people.group.id}", "/staff/")
        before = [_without_numbers(teacher, page) for page in pages]
        head = staff_browser(app, people.head)
        head.post(f"/staff/access/pupil/{people.luca.id}/paused", data=form())
        assert [_without_numbers(teacher, page) for page in pages] == before
        with databases.school.session(write=False) as reading:
            assert reading.get_one(Pupil, people.luca.id).left_on is None

    def test_the_register_shows_what_differs_first_and_downloads_as_it_stands(
        self, app: Flask, people: People
    ) -> None:
        head = staff_browser(app, people.head)
        head.post(f"/staff/access/pupil/{people.petra.id}/paused", data=form())
        page = Page(head.get("/staff/access").text)
        assert page.text.index("Petra") < page.text.index("Luca")
        assert "1 paused, 1 waiting for the Code" in page.text
        rows = head.get("/staff/access.csv").text.splitlines()
        assert "Petra" in rows[1] and "Paused" in rows[1]
        for who in ("staff", "left", "nobody"):
            assert head.get(f"/staff/access?who={who}").status_code == 200


def _without_numbers(browser: FlaskClient, address: str) -> str:
    """What a page says."""
    return Page(browser.get(address).text).text


def test_whoever_looks_after_the_network_does_not_say_that_their_own_pause_is_set(
    session: Session, people: People
) -> None:
    act(session, people.head, people.network, AccessAct.PAUSED, 0)
    assert access_tasks(session, people.network, LEADS, today()) == (0, 0)
    with pytest.raises(Refused):
        act(session, people.network, people.network, AccessAct.DONE, 1)
    act(session, people.head, people.network, AccessAct.DONE, 1)
    assert not access_lines(session, people.network)[0].to_set
