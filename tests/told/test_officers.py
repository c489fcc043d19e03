"""Who is named to pupils, families and staff, and how to reach them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kiosk.roles import Role
from kiosk.told.officers import REACH_LONGEST, officers
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.pages import Page
from tests.sites import change_site, site_of

OFFICERS = "/staff/officers"


def name_contractor(app: Flask, words: str) -> None:
    """The setting says who looks after the filter."""
    change_site(app, config=site_of(app).config.model_copy(update={"filter_contractor": words}))


def test_everybody_who_holds_a_role_stands_there_the_holder_before_the_deputy(session: Session) -> None:
    make_staff(session, Role.NETWORK, name="Nils Network")
    make_staff(session, Role.DSL, name="Zora Lead")
    make_staff(session, Role.DSL, name="Ann Deputy")
    make_staff(session, name="Tom Teacher")
    assert [one.name for one in officers(session)] == ["Zora Lead", "Ann Deputy", "Nils Network"]


@pytest.mark.database("sqlite")
def test_who_holds_a_role_says_how_to_reach_them_and_families_read_it_without_an_address(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    lead, teacher = make_staff(session, Role.DSL, name="Zora Lead"), make_staff(session)
    session.commit()
    browser = staff_browser(app, lead)
    assert "Ask at the school office." in client.get("/home/help/all").text
    for _ in range(2):
        said = browser.post(OFFICERS, data={"reach": "Room 4,  <b>before</b> school"})
        assert said.status_code == 303, "sent twice it is the same"
    for address in ("/home/help/all", "/home/policy", "/home/help/all?band=ks2&lang=ur"):
        text = client.get(address).text
        assert "Zora Lead" in text and "Room 4, &lt;b&gt;before&lt;/b&gt; school" in text
        assert lead.email not in text
    seen = staff_browser(app, teacher).get(OFFICERS).text
    assert "Room 4, &lt;b&gt;before" in seen and lead.email in seen
    assert "reach-you" not in seen


@pytest.mark.database("sqlite")
def test_nobody_says_it_for_others_and_what_is_too_long_is_kept_to_correct(
    app: Flask, session: Session
) -> None:
    lead, teacher = make_staff(session, Role.DSL), make_staff(session)
    session.commit()
    assert staff_browser(app, teacher).post(OFFICERS, data={"reach": "Room 4"}).status_code == 403
    long = "x" * (REACH_LONGEST + 1)
    answer = staff_browser(app, lead).post(OFFICERS, data={"reach": long})
    assert answer.status_code == 422
    assert Page(answer.text).value("reach") == long


@pytest.mark.database("sqlite")
def test_staff_alone_read_who_looks_after_the_filter(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    name_contractor(app, "Filter & Sons, 01632 960 155")
    teacher = make_staff(session)
    session.commit()
    assert (
        "Filter & Sons, 01632 960 155" in Page(staff_browser(app, teacher).get("/staff/officers").text).text
    )
    assert "Filter & Sons" not in Page(client.get("/home/help/all").text).text
    name_contractor(app, "")
    assert "looks after the filter" not in staff_browser(app, teacher).get("/staff/officers").text


def test_network_manager_and_chair_are_named_to_staff_alone(session: Session, client: FlaskClient) -> None:
    for role in (Role.NETWORK, Role.CHAIR, Role.PRINCIPAL):
        make_staff(session, role, name=f"Named {role.value}")
    session.commit()
    text = client.get("/home/policy").text
    assert "Named principal" in text
    assert "Named network" not in text and "Named chair" not in text


@pytest.mark.database("sqlite")
def test_while_the_database_is_away_the_helplines_stand_all_the_same(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr("kiosk.public.views.home.officers", away)
    answer = client.get("/home/help/all")
    assert answer.status_code == 200
    assert "0800 1111" in answer.text
