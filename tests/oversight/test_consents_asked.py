"""What is asked of the leadership team stays as it was, waits where it can be decided, and is shown to inspectors."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import LogAct
from kiosk.oversight.consents import leadership, read_asking
from kiosk.oversight.models import Consent, ConsentAct, ConsentState
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import staff_browser
from tests.factories import make_staff, today
from tests.incidents.moment import at
from tests.oversight.asking import (
    NEW,
    Staff,
    acts,
    ask_for,
    asked_by,
    name_leadership,
    state_of,
    typed,
)
from tests.pages import Page


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


def test_a_request_that_was_corrected_after_back_is_shown_again_and_asked_by_sending_it_once_more(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    client, corrected = staff_browser(app, staff.teacher), typed(what="Open the video site for Year 10")
    sent = {"once": uuid.uuid4().hex}
    client.post(NEW, data=typed() | sent, follow_redirects=True)
    again = client.post(NEW, data=corrected | sent)
    page = Page(again.text)
    assert again.status_code == 409 and "It waits for two" not in page.text
    assert page.value("what") == corrected["what"] and "take the first back" in page.text
    assert acts(databases) == ["consent_asked"]
    asked = client.post(NEW, data=corrected | {"once": page.value("once")}, follow_redirects=True)
    assert Page(asked.text).heading == corrected["what"]
    assert acts(databases) == ["consent_asked"] * 2


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


def test_after_its_last_day_nothing_holds_and_nobody_decides(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    last = {"holds_until": today().isoformat(), "review_on": today().isoformat()}
    address = asked_by(staff_browser(app, staff.teacher), **last)
    with at(now_utc() + timedelta(days=1)):
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
    for words in (
        "A new technology or tool",
        "Miss Teacher",
        "Comments by strangers.",
        "Mrs Head said yes on",
    ):
        assert words in paper.text
    assert not paper.find_all("form", "button", "input", "a")


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


@pytest.mark.parametrize("missing", ["terms", "age_limit"])
def test_social_media_is_asked_for_with_its_terms_and_age_limit_and_nothing_else_is(missing: str) -> None:
    read = {"terms": "13 and over; read on 2 November.", "age_limit": "13; all of Year 9 are."}
    assert not read_asking(typed(kind="social", **read), today()).errors
    assert read_asking(typed(kind="social", **read | {missing: " "}), today()).errors
    other = read_asking(typed(kind="technology", **read), today())
    assert not other.errors
    assert other.values["terms"] == other.values["age_limit"] == "", "kept of social media alone"


def test_a_change_of_the_filter_is_asked_for_at_its_desk_and_not_here(app: Flask, staff: Staff) -> None:
    teacher = staff_browser(app, staff.teacher)
    assert 'value="social"' in (asked := teacher.get(NEW).text) and 'value="filter"' not in asked
    assert teacher.post(NEW, data=typed(kind="filter")).status_code == 403
    assert "Open the video site" not in teacher.get("/staff/consents").text
