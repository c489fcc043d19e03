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
from kiosk.storage.db import ReportsBase, SchoolBase, now_utc
from tests.incidents.school import School
from tests.pages import Page

WORDS = "she said he films them in the changing room"
SENT = {
    "source": "child",
    "concern": "bullying",
    "danger": "no",
    "words": WORDS,
    "staff": "no",
    "unknown": "yes",
    "already": "no",
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
    assert (
        "It goes to Ms dsl, Ms coordinator, Ms dsl2, Ms coordinator2." in Page(page).text
        and WORDS not in page
    )
    client = school.browser(app, school.coordinator)
    listed = client.get("/staff/incidents/").text
    address = re.search(r"/staff/incidents/open/[0-9a-f-]+", listed)
    assert address and WORDS not in listed
    assert teacher.post(address[0]).status_code == 403
    case = client.post(address[0]).headers["Location"]
    shown = Page(client.get(case).text)
    assert shown.all("blockquote")[0].text == WORDS
    assert f"What {school.teacher.name} wrote down" in shown.text
    assert "A child told me" in shown.text and "Language of that page" not in shown.text
    assert teacher.get(case).status_code == 403
    with school.databases.reports.session(write=False) as session:
        row = session.scalars(select(Report)).one()
        assert WORDS.encode() not in row.envelope and school.teacher.name.encode() not in row.envelope
        mailed = set(session.scalars(select(OutboxRow.address)))
    assert mailed == {f"{name}@school.example" for name in ("coordinator", "coordinator2", "dsl", "dsl2")}


@pytest.mark.parametrize("staff", ["yes", "unsure"])
@pytest.mark.parametrize("concern", ["bullying", "site", "images", "me"])
def test_about_a_grown_up_it_reaches_the_principals_side_only_with_a_plain_no(
    school: School, app: Flask, staff: str, concern: str
) -> None:
    send(school.browser(app, school.principal), staff=staff, concern=concern)
    assert readers(school) == [{"chair", "chair2", "dsl", "dsl2"}]
    send(school.browser(app, school.principal), staff=staff, concern=concern, head="no")
    assert {"principal", "principal2", "dsl", "dsl2"} in readers(school)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("head", "reads"), [("no", "principal"), ("yes", "chair"), ("unsure", "chair"), ("", "chair")]
)
def test_the_kind_of_a_grown_up_asks_no_second_time_and_is_listed_as_what_was_tapped(
    school: School, app: Flask, head: str, reads: str
) -> None:
    send(school.browser(app, school.teacher), concern="adult", staff="", head=head)
    assert readers(school) == [{reads, f"{reads}2", "dsl", "dsl2"}]
    words = {"no": "No", "yes": "Yes", "unsure": "Not sure", "": "Not answered"}[head]
    listed = school.browser(app, school.dsl).get("/staff/incidents/").text
    assert "About the principal" not in listed
    shown = Page(opened(school, app, "dsl")).text
    assert f"About the head{words}" in shown and "About a grown-up who works hereYes" in shown


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("concern", ["injury", "home", "care", "missing", "me", "stranger", "images"])
def test_what_may_be_the_harm_of_a_child_goes_to_the_safeguarding_lead_alone(
    school: School, app: Flask, concern: str
) -> None:
    send(school.browser(app, school.teacher), concern=concern)
    assert readers(school) == [{"dsl", "dsl2"}]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("danger", "title"),
    [("unsure", "Someone may be in danger or hurt"), ("yes", "Someone is in danger now")],
)
def test_not_sure_is_passed_on_at_once_and_is_no_danger_in_its_title(
    school: School, app: Flask, danger: str, title: str
) -> None:
    send(school.browser(app, school.teacher), concern="site", danger=danger)
    assert title in Page(school.browser(app, school.dsl).get("/staff/").text).all("main")[0].text
    case = Page(opened(school, app, "dsl"))
    assert case.all("h1")[0].text == title
    listed = Page(school.browser(app, school.dsl).get("/staff/incidents/").text).all("tbody")[0].text
    assert title in listed


@pytest.mark.database("sqlite")
def test_a_mark_or_an_injury_is_decided_within_the_hour(school: School, app: Flask) -> None:
    send(school.browser(app, school.teacher), concern="injury")
    with school.databases.reports.session(write=False) as session:
        assert session.execute(select(Report.urgent, Report.route)).one() == (True, "injury")
    assert "First five minutes: A mark or an injury" in Page(opened(school, app, "dsl")).text


@pytest.mark.database("sqlite")
def test_child_and_class_and_who_knows_stand_in_the_sealed_text_and_nowhere_else(
    school: School, app: Flask
) -> None:
    given = {
        "child": "Taj",
        "group": "4 Ash",
        "about_when": "at lunch",
        "already": "yes",
        "whom": "Mr Bright, 13:10",
    }
    page = send(school.browser(app, school.teacher), concern="injury", unknown="", **given)
    assert "Taj" not in page
    shown = Page(opened(school, app, "dsl"))
    for words in ("Which childTaj", "Class4 Ash", "About whenat lunch", "Whom, and whenMr Bright, 13:10"):
        assert words in shown.text
    assert "Taj" not in shown.all("h1")[0].text and "Taj" not in shown.all("title")[0].text
    for database, base in ((school.databases.school, SchoolBase), (school.databases.reports, ReportsBase)):
        with database.session(write=False) as session:
            for table in base.metadata.sorted_tables:
                assert "Taj" not in repr(session.execute(table.select()).all())


@pytest.mark.database("sqlite")
def test_of_a_told_case_nobody_is_asked_not_to_find_out_who_wrote_it(school: School, app: Flask) -> None:
    send(school.browser(app, school.teacher), concern="injury")
    page = opened(school, app, "dsl")
    text = Page(page).text
    assert "try to find out who wrote this" not in text and "Answer the child" not in text
    assert "A colleague wrote this. Speak with them." in text
    assert "Don’t ask them which other children talked." in text
    assert "Speak with Ms teacher" in text and "No photographs of marks." in text


def opened(school: School, app: Flask, by: str) -> str:
    """The page of the one report, opened by somebody."""
    client = school.browser(app, school.people[by])
    found = re.search(r"/staff/incidents/open/[0-9a-f-]+", client.get("/staff/incidents/").text)
    assert found
    return str(client.get(client.post(found[0]).headers["Location"]).text)


def test_whoever_is_ticked_cannot_read_it_and_neither_can_the_principal(school: School, app: Flask) -> None:
    page = send(school.browser(app, school.teacher), ticked=[school.dsl.id.hex], staff="no")
    assert readers(school) == [{"chair", "chair2", "dsl2"}]
    assert "Ms dsl," not in page and "Ms principal" not in page


@pytest.mark.parametrize("danger", ["yes", "unsure"])
def test_danger_is_urgent_and_the_page_says_to_go_to_somebody(
    school: School, app: Flask, danger: str
) -> None:
    page = send(school.browser(app, school.teacher), danger=danger)
    assert "Do not wait for them: go to one of them now, or ring 999." in Page(page).text
    with school.databases.reports.session(write=False) as session:
        assert session.execute(select(Report.urgent, Report.route)).one() == (True, "danger")


@pytest.mark.database("sqlite")
def test_nothing_is_preset_and_the_head_is_named_in_the_question(school: School, app: Flask) -> None:
    page = Page(school.browser(app, school.teacher).get("/staff/told").text)
    assert not any("checked" in one.attrs for one in page.all("input"))
    assert page.value("told_on") == page.all("textarea")[0].text == ""
    assert "Is it about the head teacher, Ms principal?" in page.text
    yes = page.text.partition("Any other answer, or none: ")[2].partition(" read it")[0]
    assert set(yes.split(", ")) == {"Ms chair", "Ms chair2", "Ms dsl", "Ms dsl2"}
    assert "nobody needs to write who told" in page.text


def test_sent_twice_it_is_one_report_and_other_words_are_another(school: School, app: Flask) -> None:
    client = school.browser(app, school.teacher)
    for words in (WORDS, WORDS, "and he did it again"):
        send(client, words=words)
    assert len(readers(school)) == 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"source": ""}, "Choose how you know."),
        ({"concern": "unsure"}, "Choose what it is about."),
        ({"unknown": ""}, "Write which child, or tick that you do not know."),
        ({"already": ""}, "Choose whether you have told somebody in person."),
        ({"already": "yes"}, "Write whom you told, and when."),
        ({"words": " "}, "Write what was said, or what you saw."),
        ({"words": "x" * 4001}, "longer than 4000 letters"),
        ({"words": "see data:image/png;base64,AAAA"}, "Only words, please"),
        ({"told_on": "never"}, "Choose a day."),
        ({"told_on": (now_utc() + timedelta(days=2)).date().isoformat()}, "That day is still to come."),
        ({"staff": ""}, "Choose whether it may be about a grown-up who works here."),
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
    assert "It is NOT safely saved" in answer.text and WORDS in answer.text


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
    assert readers(school) == [{"coordinator", "coordinator2", "dsl", "dsl2"}]


def _away(*_: object) -> None:
    raise OperationalError("insert", None, Exception("away"))
