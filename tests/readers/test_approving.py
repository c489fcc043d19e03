"""Approving a reader: one word for a renewed key, two for a newcomer, from a day on, never one's own (promise S5)."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.accounts.models import KeyApproval, ReaderKey, StaffMember
from kiosk.report.models import Reader, ReportReader
from kiosk.sealing.reader_key import fingerprint
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.people import row_of
from tests.readers.school import browser, errors_of, keep_waiting, key_of, keyed, keys_page

__all__ = ["keyed"]
SURE = {"same": "yes", "reads_from": "2026-03-02"}


def wait(school: School, name: str, renewed: bool) -> StaffMember:
    """Somebody's key waits."""
    with school.databases.school.write() as session:
        keep_waiting(session, school, school.people[name], renewed)
    return school.people[name]


def approve(app: Flask, school: School, by: str, whom: StaffMember, **sent: str) -> Page:
    """Say yes to a key; returns the page that follows."""
    client = browser(app, school, by)
    data = SURE | sent
    return Page(client.post(f"/staff/keys/readers/{whom.id}/let-in", data=data, follow_redirects=True).text)


def test_a_renewed_key_needs_one_reader_and_is_copied_at_once(app: Flask, keyed: School) -> None:
    told = keyed.told("bullying")
    person = wait(keyed, "coordinator", renewed=True)
    page = keys_page(app, keyed, "dsl")
    assert "Waits for approval" in row_of(page, "Ms coordinator")
    assert "One more reader has to approve." in row_of(page, "Ms coordinator")
    assert fingerprint(key_of(keyed, person).public_key) in page.text
    assert page.inputs("reads_from") == [], "whoever reads on is asked for no day"
    assert (
        "Ms coordinator cannot open reports until you say" in browser(app, keyed, "dsl").get("/staff/").text
    )
    client = browser(app, keyed, "coordinator2")
    assert client.post(f"/staff/keys/readers/{person.id}/let-in", data=SURE).status_code == 303
    assert key_of(keyed, person).approved
    with keyed.databases.reports.session(write=False) as reports:
        assert reports.get_one(Reader, person.id).public_key == key_of(keyed, person).public_key
        marks = reports.scalars(select(ReportReader.reader_id).where(ReportReader.report_id == told)).all()
    assert person.id in marks
    assert "The key of Ms coordinator is active." in client.get("/staff/keys").text
    assert "Your word is missing" not in browser(app, keyed, "dsl").get("/staff/").text


def test_a_newcomer_needs_two_readers_and_the_later_day_counts(app: Flask, keyed: School) -> None:
    person = wait(keyed, "chair", renewed=False)
    page = keys_page(app, keyed, "dsl")
    assert "2 readers have to approve." in row_of(page, "Ms chair")
    assert page.inputs("reads_from")[0].attrs["type"] == "date"
    page = approve(app, keyed, "dsl", person, reads_from="2026-03-02")
    assert "Your approval for Ms chair is recorded." in page.text
    assert "Approved by Ms dsl. One more reader has to approve." in row_of(page, "Ms chair")
    assert page.inputs("same") == [], "nobody is asked twice"
    approve(app, keyed, "dsl", person)
    assert not key_of(keyed, person).approved, "one person's word twice is one word"
    page = approve(app, keyed, "principal", person, reads_from="2026-03-09")
    assert "The key of Ms chair is active now." in page.text
    assert key_of(keyed, person).reads_from == date(2026, 3, 9)
    assert "reads reports from 9 March" in row_of(page, "Ms chair")


def test_the_day_is_today_unless_another_is_chosen(app: Flask, keyed: School) -> None:
    wait(keyed, "chair", renewed=False)
    (field,) = keys_page(app, keyed, "dsl").inputs("reads_from")
    assert date.fromisoformat(field.attrs["value"]) in {date.today()}  # noqa: DTZ011 - the machine's own day


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"same": ""}, "same", "Compare the fingerprint with Ms chair first."),
        ({"reads_from": "soon"}, "from", "Choose a day, such as 24/11/2026."),
        ({"reads_from": ""}, "from", "Choose a day, such as 24/11/2026."),
    ],
)
def test_what_is_missing_stands_beside_its_field_and_nothing_changes(
    app: Flask, keyed: School, sent: dict[str, str], field: str, said: str
) -> None:
    person = wait(keyed, "chair", renewed=False)
    client = browser(app, keyed, "dsl")
    answer = client.post(f"/staff/keys/readers/{person.id}/let-in", data=SURE | sent)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert errors_of(page) == {f"{field}-{person.id.hex}": said}
    if "reads_from" not in sent:
        assert page.value("reads_from") == SURE["reads_from"]
    with keyed.databases.school.session(write=False) as session:
        assert session.scalars(select(KeyApproval)).all() == []


def test_nobody_lets_in_themselves_nor_while_their_own_key_waits(app: Flask, keyed: School) -> None:
    chair, lead = wait(keyed, "chair", renewed=True), wait(keyed, "dsl", renewed=True)
    for by, whom in (("chair", chair), ("chair", lead), ("dsl", chair)):
        assert keys_page(app, keyed, by).inputs("same") == []
        page = approve(app, keyed, by, whom)
        assert "Only a reader with an active key" in page.text
    for whom in (chair, lead):
        assert not key_of(keyed, whom).approved


def test_a_key_that_does_not_wait_is_as_if_there_were_none(app: Flask, keyed: School) -> None:
    client = browser(app, keyed, "dsl")
    for person in (keyed.chair, keyed.teacher, keyed.network):
        assert client.post(f"/staff/keys/readers/{person.id}/let-in", data=SURE).status_code == 404


def test_a_word_for_another_key_is_no_word_for_this_one(app: Flask, keyed: School) -> None:
    person = wait(keyed, "chair", renewed=False)
    approve(app, keyed, "dsl", person)
    with keyed.databases.school.write() as session:
        session.get_one(ReaderKey, person.id).public_key = bytes(range(1, 33))
    approve(app, keyed, "principal", person)
    assert not key_of(keyed, person).approved
