"""The screen in the hall: three pages, nothing live, and tonight's people until midnight."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.config import Config
from kiosk.families.evening import forget_evenings, say_tonight, tonight
from kiosk.families.models import HallEvening
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import rows, staff_browser
from tests.factories import make_class_group, make_pupil, make_staff, today
from tests.kept import KeptApps
from tests.pages import Page
from tests.sites import make_site

HALL, FORM = "/home/hall", "/staff/hall"
PAGES = (HALL, f"{HALL}/code", f"{HALL}/help")
SAID = {
    "people": "Ms Ellis, by the stairs",
    "interpreters": "Polish, in the library",
}
pages = pytest.mark.database("sqlite")


@pytest.fixture
def office(app: Flask, session: Session) -> FlaskClient:
    """A browser of the office."""
    staff = make_staff(session, Role.OFFICE)
    session.commit()
    return staff_browser(app, staff)


def test_what_is_said_holds_that_day_alone_and_whoever_says_it_last_counts(databases: Databases) -> None:
    day = today()
    with databases.school.write() as session:
        say_tonight(session, day, "Mr Reed", "")
    with databases.school.write() as session:
        say_tonight(session, day, "Ms Ellis", "Polish")
    with databases.school.write() as session:
        forget_evenings(session, day)
        said = tonight(session, day)
        assert said and (said.people, said.interpreters) == ("Ms Ellis", "Polish")
        assert tonight(session, day + timedelta(days=1)) is None
        forget_evenings(session, day + timedelta(days=1))
        assert session.scalars(select(HallEvening)).all() == []


@pages
def test_three_pages_lead_to_one_another_and_around(client: FlaskClient) -> None:
    seen, address = [], HALL
    for _ in range(3):
        page = Page(client.get(address).text)
        seen.append(page.heading)
        (main,) = page.all("main")
        address = main.attrs["data-next"]
    assert len(set(seen)) == 3 and address == HALL
    assert seen[0].startswith("Ask on the way home:")


@pages
@pytest.mark.parametrize("address", PAGES)
def test_no_page_sets_a_cookie_and_none_may_be_kept_as_it_ends_at_midnight(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address)
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"


@pages
def test_tonights_people_stand_on_each_page_until_midnight(
    client: FlaskClient, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Something on your mind?" not in client.get(HALL).text
    assert office.post(FORM, data=SAID).status_code == 303
    for address in PAGES:
        text = Page(client.get(address).text).text
        assert SAID["people"] in text and SAID["interpreters"] in text, address
    assert SAID["people"] in office.get(FORM).text
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr("kiosk.site.now_utc", lambda: tomorrow)
    assert SAID["people"] not in client.get(HALL).text + office.get(FORM).text


@pages
def test_a_line_that_is_too_long_is_refused_and_still_there(office: FlaskClient, app: Flask) -> None:
    answer = office.post(FORM, data={**SAID, "people": "x" * 121})
    assert answer.status_code == 422 and "x" * 121 in answer.text
    assert rows(app, select(HallEvening)) == []


@pages
def test_nothing_of_a_child_or_a_class_and_no_number_of_anybody_stands_there(
    client: FlaskClient, session: Session
) -> None:
    before = [client.get(address).text for address in PAGES]
    group = make_class_group(session, name="Kestrels")
    for name in ("Aisha", "Marek"):
        make_pupil(session, group, first_name=name)
    session.commit()
    assert [client.get(address).text for address in PAGES] == before


@pages
def test_teachers_and_readers_have_no_form(app: Flask, session: Session) -> None:
    people: list[StaffMember] = [
        make_staff(session),
        make_staff(session, Role.DSL),
        make_staff(session, Role.CHAIR),
    ]
    session.commit()
    for person in people:
        assert staff_browser(app, person).get(FORM).status_code == 403


@pages
@pytest.mark.parametrize("address", [*PAGES, "/home/code/ks2"])
def test_a_square_leads_to_where_homes_reach_the_site(
    address: str, config: Config, databases: Databases, kept_apps: KeptApps
) -> None:
    reached = config.model_copy(update={"families_url": "https://families.school.example"})
    browser = kept_apps.school(make_site(reached, databases)).test_client()
    assert "families.school.example/home" in browser.get(address).text
