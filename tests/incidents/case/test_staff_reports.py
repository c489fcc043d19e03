"""Whatever somebody told a member of staff goes the way of what a child tells, and its writer reads it no more."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.intake.store import IntakeStore, NotKept
from kiosk.report.models import Report, ReportReader
from kiosk.storage.db import now_utc
from tests.incidents.school import School
from tests.pages import Page

WORDS = "she said he films them in the changing room"
SENT = {
    "source": "child",
    "concern": "bullying",
    "danger": "no",
    "words": WORDS,
    "staff": "no",
    "once": "n" * 32,
}


def told_on() -> str:
    return now_utc().date().isoformat()


def send(client: FlaskClient, **changed: str | list[str]) -> str:
    answer = client.post("/staff/told", data=SENT | {"told_on": told_on()} | changed)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def readers(school: School) -> list[set[str]]:
    """Who can open each report, by name."""
    known = {person.id: name for name, person in school.people.items()}
    with school.databases.reports.session(write=False) as session:
        rows = session.execute(select(ReportReader.report_id, ReportReader.reader_id)).all()
    found: dict[object, set[str]] = {}
    for report_id, reader_id in rows:
        if reader_id != RECOVERY_ID:
            found.setdefault(report_id, set()).add(known[reader_id])
    return list(found.values())


def test_it_is_there_at_once_for_the_readers_of_its_route_and_its_writer_cannot_open_it(
    school: School, app: Flask
) -> None:
    teacher = school.browser(app, school.teacher)
    page = send(teacher)
    assert "It goes to Ms coordinator, Ms coordinator2." in Page(page).text and WORDS not in page
    client = school.browser(app, school.coordinator)
    listed = client.get("/staff/incidents/").text
    address = re.search(r"/staff/incidents/open/[0-9a-f-]+", listed)
    assert address and WORDS not in listed
    assert teacher.post(address[0]).status_code == 403
    case = client.post(address[0]).headers["Location"]
    shown = Page(client.get(case).text)
    assert shown.all("blockquote")[0].text == WORDS
    assert f"What {school.teacher.name} wrote" in shown.text
    assert "A child" in shown.text and "Language of that page" not in shown.text
    assert teacher.get(case).status_code == 403
    with school.databases.reports.session(write=False) as session:
        row = session.scalars(select(Report)).one()
        assert WORDS.encode() not in row.envelope and school.teacher.name.encode() not in row.envelope
        mailed = set(session.scalars(select(OutboxRow.address)))
    assert mailed == {"coordinator@school.example", "coordinator2@school.example"}


@pytest.mark.parametrize("staff", ["yes", "unsure"])
@pytest.mark.parametrize("concern", ["bullying", "site", "images", "me"])
def test_about_a_grown_up_it_reaches_the_principals_side_only_with_a_plain_no(
    school: School, app: Flask, staff: str, concern: str
) -> None:
    send(school.browser(app, school.principal), staff=staff, concern=concern)
    assert readers(school) == [{"chair", "chair2", "dsl", "dsl2"}]
    send(school.browser(app, school.principal), staff=staff, concern=concern, head="no")
    assert {"principal", "principal2", "dsl", "dsl2"} in readers(school)


def test_whoever_is_ticked_cannot_read_it_and_neither_can_the_principal(school: School, app: Flask) -> None:
    page = send(school.browser(app, school.teacher), ticked=[school.dsl.id.hex], staff="no")
    assert readers(school) == [{"chair", "chair2", "dsl2"}]
    assert "Ms dsl," not in page and "Ms principal" not in page


@pytest.mark.parametrize("danger", ["yes", "unsure"])
def test_danger_is_urgent_and_the_page_says_to_go_to_somebody(
    school: School, app: Flask, danger: str
) -> None:
    page = send(school.browser(app, school.teacher), danger=danger)
    assert "Do not wait for them: go to somebody now." in Page(page).text
    with school.databases.reports.session(write=False) as session:
        assert session.execute(select(Report.urgent, Report.route)).one() == (True, "danger")


@pytest.mark.database("sqlite")
def test_the_form_begins_with_today(school: School, app: Flask) -> None:
    page = Page(school.browser(app, school.teacher).get("/staff/told").text)
    assert page.value("told_on") == told_on()


def test_sent_twice_it_is_one_report_and_other_words_are_another(school: School, app: Flask) -> None:
    client = school.browser(app, school.teacher)
    for words in (WORDS, WORDS, "and he did it again"):
        send(client, words=words)
    assert len(readers(school)) == 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"source": ""}, "Choose who told you."),
        ({"concern": "adult"}, "Choose what it is about."),
        ({"words": " "}, "Write what was said, or what you saw."),
        ({"words": "x" * 4001}, "longer than 4000 letters"),
        ({"words": "see data:image/png;base64,AAAA"}, "Only words, please"),
        ({"told_on": "never"}, "Choose a day."),
        ({"told_on": (now_utc() + timedelta(days=2)).date().isoformat()}, "That day is still to come."),
        ({"staff": ""}, "Choose whether it is about a grown-up who works here."),
    ],
)
@pytest.mark.database("sqlite")
def test_a_mistake_is_said_beside_its_field_and_what_was_typed_stays(
    school: School, app: Flask, changed: dict[str, str], message: str
) -> None:
    sent = SENT | {"told_on": told_on(), "ticked": school.dsl.id.hex} | changed
    answer = school.browser(app, school.teacher).post("/staff/told", data=sent)
    page = Page(answer.text)
    assert answer.status_code == 422
    (error,) = [one for one in page.all("p") if one.attrs.get("class") == "field__error"]
    assert message in error.text
    assert page.all("textarea")[0].text == sent["words"].strip()
    (ticked,) = [one for one in page.inputs("ticked") if "checked" in one.attrs]
    assert ticked.attrs["value"] == school.dsl.id.hex
    assert page.value("once") == SENT["once"]
    assert readers(school) == []


@pytest.mark.database("sqlite")
def test_what_could_not_be_saved_is_said_and_stays_typed(
    school: School, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise NotKept

    client = school.browser(app, school.teacher)
    monkeypatch.setattr("kiosk.incidents.case.staff_reports.store_report", _away)
    monkeypatch.setattr(IntakeStore, "put", refuse)
    answer = client.post("/staff/told", data=SENT | {"told_on": told_on()})
    assert answer.status_code == 503
    assert "It could NOT be saved" in answer.text and WORDS in answer.text


@pytest.mark.database("sqlite")
def test_while_the_reports_database_is_away_it_waits_in_the_intake_and_comes_in_once(
    school: School, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = school.browser(app, school.teacher)
    with monkeypatch.context() as patched:
        patched.setattr("kiosk.incidents.case.staff_reports.store_report", _away)
        send(client)
    assert readers(school) == []
    send(client)  # the database is back, and the form is sent again
    school.merge(now_utc() + timedelta(days=7))
    assert readers(school) == [{"coordinator", "coordinator2"}]


def _away(*_: object) -> None:
    raise OperationalError("insert", None, Exception("away"))
