"""Whoever a report is about can neither read it, nor find it, nor count it, nor be alerted."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case_log.entries import add_entry
from kiosk.incidents.models import Act, Incident
from kiosk.mail.outbox import OutboxRow
from kiosk.storage.db import now_utc
from tests.accounts.doors import staff_browser
from tests.incidents.school import School
from tests.pages import Page

EVERYBODY = (
    "dsl", "dsl2", "coordinator", "coordinator2", "principal", "principal2",
    "chair", "chair2", "network", "network2", "teacher",
)  # fmt: skip
REFUSED = {
    "teacher": 403,
    "network": 403,
    "network2": 403,
}  # whoever reads no reports, before anything is looked up
ABOUT_STAFF = [
    ({"head": "no"}, {"principal", "principal2", "dsl", "dsl2"}),
    ({"head": "yes"}, {"chair", "chair2", "dsl", "dsl2"}),
    ({"head": "unsure"}, {"chair", "chair2", "dsl", "dsl2"}),
    ({}, {"chair", "chair2", "dsl", "dsl2"}),  # T8
]


def in_register(school: School, app: Flask, principal: StaffMember) -> list[str]:
    """The numbers of a principal's register, in its order."""
    page = Page(school.browser(app, principal).get("/staff/incidents/register").text)
    return [row.find_all("td")[0].text for row in page.all("tr")[1:]]


def sees_in_queue(school: School, app: Flask, name: str) -> bool:
    """Whether a person's queue, under any of its tabs, has a row at all."""
    client = school.browser(app, school.people[name])
    pages = [client.get(f"/staff/incidents/?show={tab}") for tab in ("mine", "all", "closed")]
    return any("row-link" in page.text for page in pages)


@pytest.mark.parametrize(
    ("given", "readers"), ABOUT_STAFF, ids=["not the head", "the head", "not sure", "nothing said"]
)
def test_a_report_about_staff_is_invisible_to_every_role_but_its_route(
    school: School, app: Flask, given: dict[str, Any], readers: set[str]
) -> None:
    report_id = school.told("adult", **given)
    for name in EVERYBODY:
        assert sees_in_queue(school, app, name) == (name in readers), name
    for name in set(EVERYBODY) - readers:
        client = school.browser(app, school.people[name])
        assert client.post(f"/staff/incidents/open/{report_id}").status_code == REFUSED.get(name, 404), name
    opener = school.browser(app, school.dsl)
    address = opener.post(f"/staff/incidents/open/{report_id}").headers["Location"]
    for name in EVERYBODY:
        client = school.browser(app, school.people[name])
        refused = REFUSED.get(name, 404)
        assert client.get(address).status_code == (200 if name in readers else refused), name
        step = client.post(f"{address}/record/did", data={"note": ""})
        assert step.status_code == (422 if name in readers else refused), name


def test_the_page_of_what_is_not_theirs_is_the_page_of_what_is_not_there(school: School, app: Flask) -> None:
    report_id = school.told("adult", head="yes")
    address = school.browser(app, school.chair).post(f"/staff/incidents/open/{report_id}").headers["Location"]
    client = school.browser(app, school.principal)
    assert client.get(address).data == client.get("/staff/incidents/77").data
    theirs = client.post(f"/staff/incidents/open/{report_id}")
    assert theirs.data == client.post(f"/staff/incidents/open/{uuid.uuid4()}").data


@pytest.mark.parametrize("ticked", ["principal", "dsl", "dsl2"])
def test_whom_the_child_ticked_can_neither_list_open_guess_nor_be_alerted(
    school: School, app: Flask, ticked: str
) -> None:
    person = school.people[ticked]
    report_id = school.told("adult", exclude=[person.id.hex], head="no")
    assert not sees_in_queue(school, app, ticked)
    client = school.browser(app, person)
    assert client.post(f"/staff/incidents/open/{report_id}").status_code == 404
    other = school.browser(app, school.dsl if ticked == "dsl2" else school.dsl2)
    address = other.post(f"/staff/incidents/open/{report_id}").headers["Location"]
    assert client.get(address).status_code == 404
    assert not any(client.get(f"/staff/incidents/{number}").status_code == 200 for number in (1, 100_000))
    with school.databases.reports.session(write=False) as reports:
        assert person.email not in set(reports.scalars(select(OutboxRow.address)))


def test_the_register_of_the_head_has_neither_a_report_about_the_head_nor_a_gap(
    school: School, app: Flask
) -> None:
    for concern, given, opener in (
        ("bullying", {}, school.coordinator),
        ("adult", {"head": "yes"}, school.chair),
        ("adult", {"exclude": [school.principal.id.hex]}, school.dsl),
        ("adult", {"exclude": [school.dsl2.id.hex]}, school.chair),
        ("adult", {"exclude": [school.dsl2.id.hex], "head": "no"}, school.principal),
        ("friend", {}, school.dsl),
    ):
        report_id = school.told(concern, **given)
        school.browser(app, opener).post(f"/staff/incidents/open/{report_id}")
    for principal in (school.principal, school.principal2):
        numbers = in_register(school, app, principal)
        assert [number for number in numbers if len(number) == len("0001")] == ["0002", "0001"]
        assert len(numbers) == 3, "with the one about a grown-up that they may read"
    lead_ticked = in_register(school, app, school.principal)
    report_id = school.told("adult", head="yes")
    school.browser(app, school.dsl).post(f"/staff/incidents/open/{report_id}")
    assert in_register(school, app, school.principal) == lead_ticked


def test_stepping_aside_leaves_the_number_in_the_register_and_nothing_else(
    school: School, app: Flask
) -> None:
    for concern, opener in (("bullying", school.coordinator), ("friend", school.dsl)):
        school.browser(app, opener).post(f"/staff/incidents/open/{school.told(concern)}")
    with school.databases.school.write() as session:
        incident = session.scalars(select(Incident).where(Incident.route == "friend")).one()
        add_entry(session, incident, school.principal.id, Act.STEPPED_ASIDE, now_utc())
    page = Page(school.browser(app, school.principal).get("/staff/incidents/register").text)
    (row,) = [one for one in page.all("tr") if "stepped aside" in one.text]
    assert [cell.text for cell in row.find_all("td")] == [
        f"{incident.number:04}",
        "You stepped aside from this one.",
    ]


def test_too_few_readers_bring_in_the_chair_never_one_who_was_ticked(school: School, app: Flask) -> None:
    # About the principal and a safeguarding lead at once.
    ticked = [school.people[name].id.hex for name in ("principal", "dsl")]
    school.tell("adult", exclude=ticked)
    seen = {name for name in EVERYBODY if sees_in_queue(school, app, name)}
    assert seen == {"dsl2", "chair", "chair2"}


def test_stepping_aside_hides_it_at_once_from_who_stepped_aside(school: School, app: Flask) -> None:
    client = school.browser(app, school.dsl)
    report_id = school.told("friend")
    address = client.post(f"/staff/incidents/open/{report_id}").headers["Location"]
    done = client.post(f"{address}/aside", follow_redirects=True)
    assert "You have stepped aside" in done.text
    assert client.get(address).status_code == 404
    assert not sees_in_queue(school, app, "dsl")
    assert sees_in_queue(school, app, "dsl2")


def test_a_lent_screen_takes_no_report_away_from_its_reader_without_the_password(
    school: School, app: Flask
) -> None:
    report_id = school.told("friend")
    address = school.browser(app, school.dsl).post(f"/staff/incidents/open/{report_id}").headers["Location"]
    thief = staff_browser(app, school.dsl, timedelta(minutes=15))
    assert thief.post(f"{address}/aside").status_code == 401
    assert sees_in_queue(school, app, "dsl")
