"""A complaint has a clock of its own: asked for, shown, late, answered, and no case closes before."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.complaints import AnswerDays
from kiosk.incidents.case.views.task_parts import DATA_DAYS
from kiosk.incidents.models import Act, ComplaintClock, Incident, IncidentEntry
from kiosk.site import Content
from tests.factories import today
from tests.incidents.closings import ENDED, close_case
from tests.incidents.school import School
from tests.pages import Page

SENT = {"about": "handling", "from": "parent", "note": "Nobody rang her back."}
ANSWERED = {"how": "phone", "note": "We rang her and said sorry."}
LATE = "A complaint is late"
WAITS = "A complaint waits for an answer by"


def opened(school: School, app: Flask, person: str = "coordinator", concern: str = "site") -> str:
    answer = school.browser(app, school.people[person]).post(f"/staff/incidents/open/{school.told(concern)}")
    return str(answer.headers["Location"])


def complain(client: FlaskClient, address: str, came_on: date | None = None, **changed: str) -> None:
    day = (came_on or today()).isoformat()
    answer = client.post(f"{address}/record/complaint", data=SENT | {"day": day} | changed)
    assert answer.status_code == 302, answer.text


def complaints_in(client: FlaskClient, address: str) -> list[str]:
    """The complaints that the form for an answer offers."""
    return [one.attrs["value"] for one in Page(client.get(f"{address}/complaint").text).inputs("complaint")]


def clocks(school: School) -> list[ComplaintClock]:
    with school.databases.school.session(write=False) as session:
        return list(session.scalars(select(ComplaintClock).order_by(ComplaintClock.due_on)))


def answer(client: FlaskClient, address: str, **changed: str) -> int:
    sent = ANSWERED | {"day": today().isoformat(), "complaint": complaints_in(client, address)[0]} | changed
    return client.post(f"{address}/complaint", data=sent).status_code


def is_closed(school: School) -> bool:
    with school.databases.school.session(write=False) as session:
        return all(session.scalars(select(Incident.closed_at)))


def test_the_days_are_school_days_but_those_of_the_law_for_data(
    calendar: SchoolCalendar, content: Content
) -> None:
    friday = date(2026, 11, 27)
    days = AnswerDays(calendar, 10, 30)
    assert days.due_on("handling", friday) == date(2026, 12, 11)
    assert days.due_on("misuse", friday + timedelta(days=1)) == date(2026, 12, 11)
    assert days.due_on("data", friday) == date(2026, 12, 26)  # the day on which it came in is the first
    fact = content.facts.all[DATA_DAYS]
    assert fact.value == "30" and "Data (Use and Access) Act 2025" in fact.source


def test_it_says_by_when_until_it_is_answered(school: School, app: Flask) -> None:
    client, address = school.browser(app, school.coordinator), opened(school, app)
    assert today().isoformat() in client.get(f"{address}/record/complaint").text, "today is preset"
    complain(client, address)
    shown = client.get(address)
    assert WAITS in Page(shown.text).text and f"{address}/complaint" in shown.text
    (clock,) = clocks(school)
    assert clock.answered_on is None and clock.due_on > today()
    assert answer(client, address) == 302
    text = Page(client.get(address).text).text
    assert WAITS not in text and "We rang her and said sorry." in text and "answered the complaint" in text
    (clock,) = clocks(school)
    assert clock.answered_on == today()
    assert complaints_in(client, address) == []
    with school.databases.school.session(write=False) as session:
        (line,) = session.scalars(select(IncidentEntry).where(IncidentEntry.act == Act.ANSWERED))
    assert b"said sorry" not in line.sealed_note


def test_no_case_closes_while_a_complaint_waits_and_the_page_says_the_way_out(
    school: School, app: Flask
) -> None:
    client, address = school.browser(app, school.coordinator), opened(school, app)
    complain(client, address)
    form = client.get(f"{address}/close").text
    assert f'href="{address}/complaint"' in form and "Before it can close" in form
    refused = close_case(client, address, ENDED | {"outcome": "resolved"})
    assert refused.status_code == 409 and not is_closed(school)
    close_case(client, address, ENDED | {"outcome": "not_serious"})
    assert not is_closed(school) and "Somebody asks" not in client.get(address).text
    answer(client, address)
    assert close_case(client, address, ENDED | {"outcome": "resolved"}).status_code == 302
    assert is_closed(school)


def test_a_complaint_that_comes_after_closing_was_asked_for_keeps_it_open(school: School, app: Flask) -> None:
    asker, second = (school.browser(app, one) for one in (school.coordinator, school.coordinator2))
    address = opened(school, app)
    close_case(asker, address, ENDED | {"outcome": "not_serious"})
    complain(asker, address)
    asked = re.search(r'name="asked" value="([0-9a-f]+)"', second.get(f"{address}/close").text)
    assert asked
    told = second.post(f"{address}/close/agree", data={"asked": asked[1]}, follow_redirects=True)
    assert "a complaint waits for an answer" in Page(told.text).text and not is_closed(school)
    answer(second, address)
    second.post(f"{address}/close/agree", data={"asked": asked[1]})
    assert is_closed(school)


def test_a_late_one_stands_as_late_in_the_queue_of_whoever_may_act_and_of_nobody_else(
    school: School, app: Flask
) -> None:
    client, address = school.browser(app, school.coordinator), opened(school, app)
    said = "A complaint waits for its answer, and is late"
    complain(client, address)
    client.post(f"{address}/plan", data={"next_step": "week", "note": "Ask again"})
    assert said not in Page(client.get("/staff/incidents/").text).text
    complain(client, address, today() - timedelta(days=60))
    assert LATE in Page(client.get(address).text).text
    assert said in Page(client.get("/staff/incidents/").text).text
    for person in (school.principal, school.chair):
        listed = school.browser(app, person).get("/staff/incidents/?tab=all").text
        assert said not in Page(listed).text
    late = complaints_in(client, address)[0]
    answer(client, address, complaint=late)
    assert said not in Page(client.get("/staff/incidents/").text).text


def test_answered_twice_it_is_one_answer(school: School, app: Flask) -> None:
    client, address = school.browser(app, school.coordinator), opened(school, app)
    complain(client, address)
    (one,) = complaints_in(client, address)
    sent = ANSWERED | {"day": today().isoformat(), "complaint": one}
    assert [client.post(f"{address}/complaint", data=sent).status_code for _ in range(2)] == [302, 422]
    with school.databases.school.session(write=False) as session:
        acts = list(session.scalars(select(IncidentEntry.act)))
    assert acts.count(Act.ANSWERED) == 1


@pytest.mark.parametrize(
    "changed", [{"complaint": "f" * 32}, {"day": "2099-01-01"}, {"note": ""}, {"how": "x"}]
)
def test_a_mistake_in_an_answer_stops_no_clock(school: School, app: Flask, changed: dict[str, str]) -> None:
    client, address = school.browser(app, school.coordinator), opened(school, app)
    complain(client, address)
    assert answer(client, address, **changed) == 422
    assert [one.answered_on for one in clocks(school)] == [None]


def test_a_complaint_of_another_case_is_not_answered_here(school: School, app: Flask) -> None:
    client = school.browser(app, school.coordinator)
    here, there = opened(school, app), opened(school, app)
    complain(client, here)
    complain(client, there)
    assert answer(client, here, complaint=complaints_in(client, there)[0]) == 422
    assert [one.answered_on for one in clocks(school)] == [None, None]


def test_a_day_that_is_still_to_come_is_no_day_of_a_complaint(school: School, app: Flask) -> None:
    client, address = school.browser(app, school.coordinator), opened(school, app)
    later = (today() + timedelta(days=1)).isoformat()
    refused = client.post(f"{address}/record/complaint", data=SENT | {"day": later})
    assert refused.status_code == 422 and "Nobody rang her back." in refused.text and not clocks(school)


def test_on_a_closed_case_nothing_is_answered(school: School, app: Flask) -> None:
    client, address = school.browser(app, school.coordinator), opened(school, app)
    complain(client, address)
    (one,) = complaints_in(client, address)
    answer(client, address)
    close_case(client, address, ENDED | {"outcome": "resolved"})
    sent = ANSWERED | {"day": today().isoformat(), "complaint": one}
    assert client.post(f"{address}/complaint", data=sent).status_code in (409, 422)
    assert "This case is closed" in client.get(f"{address}/complaint").text


def test_whoever_may_not_read_the_case_and_who_stepped_aside_cannot_answer(
    school: School, app: Flask
) -> None:
    client, address = school.browser(app, school.coordinator), opened(school, app)
    complain(client, address)
    (one,) = complaints_in(client, address)
    client.post(f"{address}/aside")
    sent = ANSWERED | {"day": today().isoformat(), "complaint": one}
    for person in (school.coordinator, school.chair):
        browser = school.browser(app, person)
        answers = [browser.post(f"/staff/incidents/{number}/complaint", data=sent) for number in (1, 4711)]
        assert [each.status_code for each in answers] == [404, 404]
    assert [each.answered_on for each in clocks(school)] == [None]


def test_a_row_that_somebody_changed_or_deleted_closes_nothing(school: School, app: Flask) -> None:
    client, address = school.browser(app, school.coordinator), opened(school, app)
    complain(client, address)
    with school.databases.school.write() as session:
        session.execute(update(ComplaintClock).values(answered_on=today()))
    assert close_case(client, address, ENDED | {"outcome": "resolved"}).status_code == 409
    with school.databases.school.write() as session:
        session.execute(delete(ComplaintClock))
    assert close_case(client, address, ENDED | {"outcome": "resolved"}).status_code == 409
    assert answer(client, address) == 302
    assert close_case(client, address, ENDED | {"outcome": "resolved"}).status_code == 302


def told_to(school: School, app: Flask, **changed: str) -> None:
    """A colleague writes down what somebody told them."""
    sent = {
        "source": "parent",
        "concern": "site",
        "danger": "no",
        "words": "Nobody rang back.",
        "staff": "no",
        "unknown": "yes",
        "already": "no",
    }
    sent |= {"told_on": (today() - timedelta(days=2)).isoformat(), "once": "n" * 32}
    answer = school.browser(app, school.teacher).post("/staff/told", data=sent | changed)
    assert answer.status_code == 200, answer.text


def open_first(school: School, app: Flask, person: str) -> tuple[FlaskClient, str, str]:
    """Whoever may read it opens what waits: the browser, the case, and the address of opening."""
    client = school.browser(app, school.people[person])
    found = re.search(r"/staff/incidents/open/[0-9a-f-]+", client.get("/staff/incidents/").text)
    assert found
    return client, client.post(found[0]).headers["Location"], found[0]


def test_a_complaint_that_a_colleague_was_told_has_its_clock_from_its_opening(
    school: School, app: Flask
) -> None:
    told_to(school, app, complaint="data")
    assert clocks(school) == []
    client, address, opening = open_first(school, app, "coordinator")
    (clock,) = clocks(school)
    assert clock.due_on == today() + timedelta(days=27)
    text = Page(client.get(address).text).text
    assert WAITS in text and "Data protection" in text and "A parent or carer" in text
    client.post(opening)
    assert len(clocks(school)) == 1
    assert close_case(client, address, ENDED | {"outcome": "resolved"}).status_code == 409


@pytest.mark.parametrize("complaint", ["no", "", "strange"])
def test_what_is_no_complaint_has_no_clock(school: School, app: Flask, complaint: str) -> None:
    told_to(school, app, complaint=complaint)
    open_first(school, app, "coordinator")
    assert clocks(school) == []


def test_a_complaint_about_a_grown_up_goes_to_the_chair_and_never_to_the_principal(
    school: School, app: Flask
) -> None:
    told_to(school, app, complaint="handling", staff="unsure")
    principal = school.browser(app, school.principal)
    assert "/incidents/open/" not in principal.get("/staff/incidents/").text
    chair, address, _ = open_first(school, app, "chair")
    assert WAITS in Page(chair.get(address).text).text
    assert principal.get(f"{address}/complaint").status_code == 404


def test_whoever_the_case_is_handed_to_answers_its_complaint(school: School, app: Flask) -> None:
    client, address = school.browser(app, school.coordinator), opened(school, app)
    complain(client, address)
    assert client.post(f"{address}/hand", data={"note": "It is child protection."}).status_code == 302
    assert client.get(f"{address}/complaint").status_code == 404
    lead = school.browser(app, school.dsl)
    assert WAITS in Page(lead.get(address).text).text
    assert answer(lead, address) == 302
    assert WAITS not in Page(lead.get(address).text).text
