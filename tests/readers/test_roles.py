"""Every role has a holder and a deputy, and the report zone knows at once."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.roles import field_name, problems_of, read_roles
from kiosk.accounts.totp import seal_phone
from kiosk.outbox import OutboxRow
from kiosk.report.access import renew_with_recovery
from kiosk.report.models import Reader, ReportReader
from kiosk.report.opening import read_report
from kiosk.roles import HELD_ROLES, Role
from tests.factories import PHONE_SECRET, RECOVERY_PRIVATE, SITE_KEY, make_reader_key, make_staff, opener_of
from tests.incidents.school import School, sync
from tests.pages import Page


def as_held(school: School, **changes: str) -> dict[str, str]:
    """The form as it stands, with changes; a field is `role` or `role2` for the deputy."""
    form = {}
    for role in HELD_ROLES:
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
        assert session.get_one(RoleHolder, (Role.COORDINATOR, False)).staff_id == school.coordinator.id


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


def test_a_report_short_of_readers_gets_the_new_ones_from_a_reader_at_work_and_they_are_told(
    school: School, app: Flask
) -> None:
    report_id = school.told("friend")
    school.browser(app, school.network).post("/staff/roles", data=as_held(school, dsl=school.teacher.id.hex))
    give_key(school, school.teacher)
    new_lead = school.browser(app, school.teacher)
    assert new_lead.post(f"/staff/incidents/open/{report_id}").status_code == 404, (
        "who can open it lets others in"
    )
    school.browser(app, school.dsl2).get("/staff/incidents/")
    assert new_lead.post(f"/staff/incidents/open/{report_id}").headers["Location"] == "/staff/incidents/1"
    assert school.browser(app, school.dsl).get("/staff/incidents/").status_code == 403
    with school.databases.reports.session(write=False) as reports:
        addresses = set(reports.scalars(select(OutboxRow.address).where(OutboxRow.due)))
    assert {"teacher@school.example", "dsl2@school.example"} <= addresses
    assert "dsl@school.example" not in addresses


def test_when_every_reader_is_replaced_at_once_the_recovery_key_lets_the_new_ones_in_and_they_are_told(
    school: School, app: Flask
) -> None:
    report_id = school.told("friend")
    everybody_new = {"dsl": school.teacher.id.hex, "dsl2": school.coordinator2.id.hex}
    school.browser(app, school.network).post("/staff/roles", data=as_held(school, **everybody_new))
    give_key(school, school.teacher)
    for person in (school.dsl, school.dsl2, school.teacher, school.coordinator2):
        with school.databases.reports.session(write=False) as reports:
            assert reports.get(ReportReader, (report_id, person.id)) is None
    with school.databases.reports.write() as reports:
        assert renew_with_recovery(reports, RECOVERY_PRIVATE) == 1
    opened = school.browser(app, school.teacher).post(f"/staff/incidents/open/{report_id}")
    assert opened.headers["Location"] == "/staff/incidents/1"
    with school.databases.reports.session(write=False) as reports:
        addresses = set(reports.scalars(select(OutboxRow.address).where(OutboxRow.due)))
    assert {"teacher@school.example", "coordinator2@school.example"} <= addresses
    assert not addresses & {"dsl@school.example", "dsl2@school.example"}


def test_who_stepped_aside_does_not_come_back_with_a_change_of_roles(school: School, app: Flask) -> None:
    report_id = school.told("friend")
    client = school.browser(app, school.dsl)
    address = client.post(f"/staff/incidents/open/{report_id}").headers["Location"]
    client.post(f"{address}/aside")
    swapped = {"dsl": school.dsl2.id.hex, "dsl2": school.dsl.id.hex}
    for changes in (swapped, {"dsl2": school.teacher.id.hex}):
        school.browser(app, school.network).post("/staff/roles", data=as_held(school, **changes))
        for reader in (school.dsl, school.dsl2, school.principal):  # whoever is at work renews keys
            school.browser(app, reader).get("/staff/incidents/")
        assert client.get(address).status_code == 404
        with school.databases.reports.session(write=False) as reports:
            assert reports.get(ReportReader, (report_id, school.dsl.id)) is None
            names = {one.name for one in read_report(reports, report_id, opener_of(school.principal)).readers}
            assert "Ms dsl" not in names
            assert len(names) >= 2


@pytest.mark.parametrize("name", ["dsl", "coordinator", "chair", "teacher"])
def test_only_the_principal_and_whoever_runs_the_network_change_roles(
    school: School, app: Flask, name: str
) -> None:
    client = school.browser(app, school.people[name])
    assert client.get("/staff/roles").status_code == 403
    assert client.post("/staff/roles", data=as_held(school)).status_code == 403


def test_every_problem_is_named_at_once() -> None:
    assert len(problems_of(read_roles({}, []))) == 2 * len(HELD_ROLES)


def give_key(school: School, person: StaffMember) -> None:
    """The own key of a new reader, let in by others."""
    with school.databases.school.write() as session:
        seal_phone(SITE_KEY, session.get_one(StaffMember, person.id), PHONE_SECRET)
        make_reader_key(session, person)
    sync(school.databases)


def _chosen(page: Page, name: str) -> str:
    (field,) = page.inputs(name)
    (option,) = [option for option in field.find_all("option") if "selected" in option.attrs]
    return option.text
