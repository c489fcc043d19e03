"""Leadership consent: two who did not ask say yes, one no ends it, and nothing that was asked changes."""

import threading
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.staff import leave
from kiosk.db import Databases, now_utc
from kiosk.log import LogAct, LogEntry
from kiosk.oversight.consents import leadership
from kiosk.oversight.models import Consent, ConsentAct, ConsentState, ConsentStep
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from tests.accounts.doors import staff_browser
from tests.factories import at_the_machine, make_staff
from tests.oversight.asking import ask_for, today, typed
from tests.pages import Page
from tests.sites import change_site, site_of

NEW = "/staff/consents/new"


def name_leadership(app: Flask, roles: str) -> None:
    """The setting says who is of the leadership team."""
    config = site_of(app).config
    change_site(app, config=config.model_copy(update={"leadership": roles}))


class Staff:
    """A head with two deputies, who also holds another role, and a teacher."""

    def __init__(self, session: Session) -> None:
        self.head = make_staff(session, Role.PRINCIPAL, Role.DSL, name="Mrs Head")
        self.deputy = make_staff(session, Role.PRINCIPAL, name="Mr Deputy")
        self.second = make_staff(session, Role.PRINCIPAL, name="Ms Second")
        self.teacher = make_staff(session, name="Miss Teacher")
        session.commit()


@pytest.fixture
def staff(session: Session) -> Staff:
    """The people of these tests."""
    return Staff(session)


def asked_by(client: FlaskClient, **changed: str) -> str:
    """The address of a request that somebody has sent."""
    answer = client.post(NEW, data=typed(**changed) | {"once": uuid.uuid4().hex})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def state_of(databases: Databases, address: str) -> ConsentState:
    """What became of a request."""
    with databases.school.session(write=False) as reading:
        return reading.get_one(Consent, uuid.UUID(address.rsplit("/", 1)[1])).state


def acts(databases: Databases) -> list[str]:
    """The lines about consent in the log of powers, the first first."""
    with databases.school.session(write=False) as reading:
        wanted = select(LogEntry.act).where(LogEntry.act.like("consent%")).order_by(LogEntry.seq)
        return list(reading.scalars(wanted))


def gone(databases: Databases, person: StaffMember) -> None:
    """Somebody gave up their roles and left."""
    with databases.school.write() as writing:
        writing.execute(delete(RoleHolder).where(RoleHolder.staff_id == person.id))
        leave(writing, at_the_machine(), writing.get_one(StaffMember, person.id), today())


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


def test_sent_twice_it_is_asked_once_and_nobody_takes_over_what_another_asked(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    teacher, deputy = staff_browser(app, staff.teacher), staff_browser(app, staff.deputy)
    sent = typed() | {"once": uuid.uuid4().hex}
    first, second = (teacher.post(NEW, data=sent).headers["Location"] for _ in range(2))
    assert first == second and acts(databases) == ["consent_asked"]
    staff_browser(app, staff.head).post(f"{first}/agree")
    other = sent | {"what": "Open everything", "holds_until": (today() + timedelta(days=99)).isoformat()}
    teacher.post(NEW, data=other)
    assert deputy.post(NEW, data=other).status_code == 404
    shown = Page(teacher.get(first).text).text
    assert "Open everything" not in shown and "Open the video site for Year 9" in shown
    assert acts(databases) == ["consent_asked", "consent_agreed"]


def test_what_was_asked_and_then_changed_by_hand_gets_no_second_yes(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    address = asked_by(staff_browser(app, staff.teacher))
    staff_browser(app, staff.head).post(f"{address}/agree")
    with databases.school.write() as writing:
        writing.execute(update(Consent).values(what="Open everything"))
    deputy = staff_browser(app, staff.deputy)
    assert "Somebody changed by hand what was asked" in Page(deputy.get(address).text).text
    assert deputy.post(f"{address}/agree").status_code == 409
    assert state_of(databases, address) is ConsentState.WAITING


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


def test_after_its_last_day_nothing_holds_and_nobody_decides(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    address = asked_by(staff_browser(app, staff.teacher))
    with databases.school.write() as writing:
        writing.execute(update(Consent).values(holds_until=today() - timedelta(days=1)))
    head = staff_browser(app, staff.head)
    assert head.post(f"{address}/agree").status_code == 409
    assert "Nobody decided in time" in Page(head.get("/staff/consents").text).text
    assert "A decision waits for you" not in Page(head.get("/staff/").text).text


def test_it_waits_on_the_first_page_of_those_who_can_decide_and_of_nobody_else(
    app: Flask, session: Session, staff: Staff
) -> None:
    chair = make_staff(session, Role.CHAIR)
    session.commit()
    address = asked_by(staff_browser(app, staff.deputy))

    def told(person: StaffMember) -> bool:
        return "A decision waits for you" in Page(staff_browser(app, person).get("/staff/").text).text

    assert [told(one) for one in (staff.head, staff.second)] == [True, True]
    assert [told(one) for one in (staff.deputy, staff.teacher, chair)] == [False, False, False]
    staff_browser(app, staff.head).post(f"{address}/agree")
    assert [told(one) for one in (staff.head, staff.second)] == [False, True]


def test_with_fewer_than_two_the_page_says_whom_the_school_has_to_name(app: Flask, session: Session) -> None:
    head, deputy = (make_staff(session, Role.PRINCIPAL, name=name) for name in ("Mrs Head", "Mr Deputy"))
    teacher = make_staff(session)
    session.commit()
    said = "Only Mr Deputy could say yes, and it takes two who did not ask."
    assert said in Page(staff_browser(app, head).get(NEW).text).text
    address = asked_by(staff_browser(app, head))
    assert said in Page(staff_browser(app, deputy).get(address).text).text
    assert "Fewer than two people" not in Page(staff_browser(app, teacher).get(NEW).text).text
    name_leadership(app, "principal,dsl")
    assert "Fewer than two people" in Page(staff_browser(app, head).get(NEW).text).text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "everything"),
        ("what", ""),
        ("what", "x" * 201),
        ("risks", ""),
        ("care", "x" * 2001),
        ("holds_until", "2020-01-01"),
        ("holds_until", "9999-12-31"),
        ("holds_until", "soon"),
        ("review_on", "2020-01-01"),
        ("review_on", "2099-01-01"),
    ],
)
def test_a_mistake_loses_nothing_and_asks_nothing(
    app: Flask, databases: Databases, staff: Staff, name: str, value: str
) -> None:
    answer = staff_browser(app, staff.teacher).post(NEW, data=typed(**{name: value}))
    assert answer.status_code == 422 and "They make a film about kindness." in answer.text
    assert acts(databases) == []


def test_the_list_on_paper_has_no_controls_and_all_that_an_inspector_asks(app: Flask, staff: Staff) -> None:
    address = asked_by(staff_browser(app, staff.teacher))
    for one in (staff.head, staff.deputy):
        staff_browser(app, one).post(f"{address}/agree")
    (paper,) = Page(staff_browser(app, staff.teacher).get("/staff/consents/print").text).all("article")
    for words in ("A change of the filter", "Miss Teacher", "Comments by strangers.", "Mrs Head said yes on"):
        assert words in paper.text
    assert not paper.find_all("form", "button", "input", "a")


def test_the_evidence_lists_what_is_allowed_today_and_nothing_else(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    head = staff_browser(app, staff.head)
    assert "The leadership team allows nothing now" in Page(head.get("/staff/evidence").text).text
    address = asked_by(staff_browser(app, staff.teacher))
    asked_by(staff_browser(app, staff.teacher), what="Open another site")
    for one in (staff.head, staff.deputy):
        staff_browser(app, one).post(f"{address}/agree")
    shown = Page(head.get("/staff/evidence").text).text
    assert "Open the video site for Year 9" in shown and "Open another site" not in shown


def test_the_leadership_is_who_the_setting_says_once_each(
    databases: Databases, session: Session, staff: Staff, key: SiteKey
) -> None:
    names = [one.name for one in leadership(session, frozenset({Role.PRINCIPAL, Role.DSL}))]
    assert names == ["Mr Deputy", "Mrs Head", "Ms Second"]
    assert [one.name for one in leadership(session, frozenset({Role.DSL}))] == ["Mrs Head"]
    consent = ask_for(session, staff.head)
    assert consent.state is ConsentState.WAITING and consent.asked_on == now_utc().date()
    assert {act.value for act in ConsentAct} == {"agreed", "refused", "taken_back", "kept", "ended"}
    assert LogAct.CONSENT_ASKED.value == "consent_asked"
