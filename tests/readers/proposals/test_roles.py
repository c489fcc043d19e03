"""Until children use the report page one form fills every role, and each has a holder and a deputy."""

import uuid
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.accounts.models import RoleHolder
from kiosk.accounts.staff.roles import field_name, problems_of, read_roles, sheet_keepers
from kiosk.report.models import Reader
from kiosk.roles import NEEDED_ROLES, Role
from tests.factories import close_zone, make_staff
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import role_holders


@pytest.fixture(autouse=True)
def not_open_yet(school: School) -> None:
    """The report page is not open to children yet."""
    with school.databases.reports.write() as reports:
        close_zone(reports)


def as_held(school: School, **changes: str) -> dict[str, str]:
    """The form as it stands, with changes; a field is `role` or `role2` for the deputy."""
    form = {}
    for role in NEEDED_ROLES:
        for deputy, name in ((False, role.value), (True, f"{role.value}2")):
            form[field_name(role, deputy)] = changes.get(name, school.people[name].id.hex)
    return form


def test_a_role_without_a_deputy_is_refused_beside_its_field_and_nothing_is_saved(
    school: School, app: Flask
) -> None:
    client = school.browser(app, school.network)
    answer = client.post("/staff/roles", data=as_held(school, dsl2="", coordinator=school.teacher.id.hex))
    page = Page(answer.text)
    assert answer.status_code == 422
    (field,) = page.inputs("dsl-deputy")
    described = field.attrs["aria-describedby"].split()
    (message,) = [element.text for element in page.all("p") if element.attrs.get("id") in described]
    assert message == "Choose a deputy, who reads reports when the holder is away."
    assert field.attrs["aria-invalid"] == "true"
    assert _chosen(page, "coordinator") == "Ms teacher"  # nothing chosen is lost
    with school.databases.school.session(write=False) as session:
        assert session.get(RoleHolder, (Role.COORDINATOR, school.coordinator.id))


def test_the_same_person_twice_is_refused(school: School, app: Flask) -> None:
    client = school.browser(app, school.principal)
    answer = client.post("/staff/roles", data=as_held(school, dsl2=school.dsl.id.hex))
    assert answer.status_code == 422
    assert "The deputy must be a different person from the holder." in answer.text


@pytest.mark.parametrize("place", ["chair", "chair2"])
def test_a_principal_cannot_be_the_chair_who_reads_about_the_principal(
    school: School, app: Flask, place: str
) -> None:
    client = school.browser(app, school.network)
    answer = client.post("/staff/roles", data=as_held(school, **{place: school.principal2.id.hex}))
    assert answer.status_code == 422
    assert "The chair reads reports about the principal" in answer.text


def error_beside(page: Page, name: str) -> str:
    """What stands beside a field."""
    (field,) = page.inputs(name)
    described = field.attrs["aria-describedby"].split()
    return " ".join(one.text for one in page.all("p") if one.attrs.get("id") in described)


@pytest.mark.parametrize("other", ["principal", "chair"])
def test_two_recovery_sheets_never_lie_with_one_person(school: School, app: Flask, other: str) -> None:
    client = school.browser(app, school.network)
    answer = client.post("/staff/roles", data=as_held(school, dsl=school.people[other].id.hex))
    assert answer.status_code == 422
    assert "Choose three people." in error_beside(Page(answer.text), "dsl")


@pytest.mark.parametrize("place", ["dsl", "dsl2", "coordinator", "coordinator2", "principal2", "chair2"])
def test_the_network_manager_reads_nothing_as_holder_or_deputy(
    school: School, app: Flask, place: str
) -> None:
    client = school.browser(app, school.network)
    answer = client.post("/staff/roles", data=as_held(school, network=school.people[place].id.hex))
    assert answer.status_code == 422
    assert "they must not read reports" in error_beside(Page(answer.text), "network")
    stands_in = as_held(school, network2=school.people[place].id.hex)
    assert client.post("/staff/roles", data=stands_in).status_code == 302, "in a small school somebody has to"


def test_three_leads_of_whom_one_is_the_chair_can_keep_three_sheets() -> None:
    a, b, c, d, e = (uuid.uuid4() for _ in range(5))
    chosen = read_roles({}, []) | {(Role.PRINCIPAL, False): (a,), (Role.CHAIR, False): (b,)}
    chosen |= {(Role.DSL, False): (b, c), (Role.DSL, True): (d,), (Role.NETWORK, False): (e,)}
    assert sheet_keepers(chosen) == (a, c, b)
    assert not [one for one in problems_of(chosen) if one.places]
    only = chosen | {(Role.DSL, False): (b,)}
    assert [one.role for one in problems_of(only) if one.places] == [Role.DSL]
    assert sheet_keepers(only) == (a, d, b), "in a school that has it so, the deputy keeps it"


def test_somebody_who_has_left_cannot_be_chosen(school: School, app: Flask) -> None:
    with school.databases.school.write() as session:
        gone = make_staff(session, name="Ms Gone", left_on=date(2026, 7, 1))
    client = school.browser(app, school.network)
    assert "Ms Gone" not in client.get("/staff/roles").text
    assert client.post("/staff/roles", data=as_held(school, dsl=gone.id.hex)).status_code == 422


def test_saving_tells_the_report_zone_who_reads(school: School, app: Flask) -> None:
    client = school.browser(app, school.network)
    answer = client.post(
        "/staff/roles", data=as_held(school, dsl=school.teacher.id.hex), follow_redirects=True
    )
    assert "Children see these names" in answer.text
    with school.databases.reports.session(write=False) as reports:
        readers = {reader.name: reader.roles for reader in reports.scalars(select(Reader))}
    assert readers["Ms teacher"] == "dsl"
    assert "Ms dsl" not in readers
    assert "Ms network" not in readers


@pytest.mark.parametrize("name", ["dsl", "coordinator", "chair", "teacher"])
def test_only_the_principal_and_whoever_runs_the_network_save_roles(
    school: School, app: Flask, name: str
) -> None:
    client = school.browser(app, school.people[name])
    before = role_holders(school)
    changes = {"dsl": school.coordinator2.id.hex}
    assert client.post("/staff/roles", data=as_held(school, **changes)).status_code == 403
    assert role_holders(school) == before


def test_every_problem_is_named_at_once() -> None:
    assert len(problems_of(read_roles({}, []))) == 2 * len(NEEDED_ROLES)


def _chosen(page: Page, name: str) -> str:
    (field,) = page.inputs(name)
    (option,) = [option for option in field.find_all("option") if "selected" in option.attrs]
    return option.text
