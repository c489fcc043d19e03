"""The page of keys for everybody who may look: what stands on it, what may be done, and for whom it is nothing."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from kiosk.config import Config
from kiosk.incidents.models import Incident
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.recovery.setup import SetupStep
from kiosk.readers.signed_list.holders import words_of_entry
from kiosk.report.access.routes import PRACTICE, SELF_TEST
from kiosk.report.models import ReaderList, Report, ReportState, Zone
from kiosk.report.self_test.send import send_self_test
from kiosk.storage.db import now_utc
from tests.factories import close_zone, make_reader_key, make_staff
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.people import row_of
from tests.readers.school import browser, chain_of, keyed, keys_page
from tests.sites import make_report_site, transfer_all

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

__all__ = ["keyed"]
READERS = ("dsl", "coordinator", "principal", "chair")
BUTTONS = {"Send a practice report", "Make new sheets"}


def buttons(page: Page) -> set[str]:
    """Every button and button-like link."""
    return {one.text for one in page.all("button", "a") if "btn" in one.attrs.get("class", "")}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_sees_every_key_and_may_take_every_step(app: Flask, keyed: School, name: str) -> None:
    page = keys_page(app, keyed, name)
    assert buttons(page) >= BUTTONS
    for one in READERS:
        assert f"Ms {one}" in page.text
    for entry in chain_of(keyed)[-1].readers.values():
        assert " ".join(words_of_entry(entry)) in row_of(page, entry.name)
        assert "the set-up" in row_of(page, entry.name)
    assert f"Ms {name} (you)" in page.text
    assert "by hand" not in page.text


def test_the_network_manager_sees_where_it_stands_and_can_do_nothing(app: Flask, keyed: School) -> None:
    page = keys_page(app, keyed, "network")
    assert "Ms dsl" in page.text
    assert not buttons(page) & {*BUTTONS, "Save"}
    mains = [form for main in page.all("main") for form in main.find_all("form")]
    assert mains == []
    client = browser(app, keyed, "network")
    for address in ("sheets", "prove", "open", "promise", "practice", "recover"):
        assert client.post(f"/staff/keys/{address}").status_code == 403, address
    for act in ("ask", "thaw", "stop"):
        assert client.post(f"/staff/keys/readers/{keyed.chair.id}/{act}").status_code == 403
    assert browser(app, keyed, "teacher").get("/staff/keys").status_code == 403


@pytest.mark.parametrize(
    ("name", "status"), [("dsl", 303), ("principal", 303), ("coordinator", 403), ("chair", 403)]
)
def test_only_the_lead_and_the_principal_promise_for_staff(
    app: Flask, keyed: School, name: str, status: int
) -> None:
    client = browser(app, keyed, name)
    assert client.post("/staff/keys/promise", data={"promise": "yes"}).status_code == status
    assert promised(keyed) is (status == 303)
    assert ("Our staff promise this" in keys_page(app, keyed, name).text) is (status == 303)
    client.post("/staff/keys/promise")
    assert not promised(keyed)


def promised(school: School) -> bool:
    """Whether children read the promise."""
    with school.databases.reports.session(write=False) as reports:
        return bool(reports.scalars(select(Zone.staff_promise)).one())


def test_practice_is_told_to_readers_opened_and_marked_in_the_register(app: Flask, keyed: School) -> None:
    client = browser(app, keyed, "coordinator")
    assert client.post("/staff/keys/practice").status_code == 303
    with keyed.databases.reports.session(write=False) as reports:
        (row,) = reports.scalars(select(Report).where(Report.route == PRACTICE))
        told = reports.scalars(select(OutboxRow.address)).all()
        assert row.state == ReportState.RELEASED
    assert len(told) == 8
    again = client.post("/staff/keys/practice", follow_redirects=True)
    assert "There is a practice report already" in again.text
    with keyed.databases.reports.session(write=False) as reports:
        assert len(reports.scalars(select(Report).where(Report.route == PRACTICE)).all()) == 1
    assert "Not yet" in keys_page(app, keyed, "network").text
    for name in READERS:
        assert "Practice" in browser(app, keyed, name).get("/staff/incidents/").text
    chair = browser(app, keyed, "chair")
    address = chair.post(f"/staff/incidents/open/{row.id}").headers["Location"]
    assert "This is practice" in chair.get(address).text
    page = keys_page(app, keyed, "network")
    assert "Ms chair, Today" in page.text
    register = Page(browser(app, keyed, "principal").get("/staff/incidents/register").text)
    assert [one.text for one in register.all("span") if "chip--quiet" in one.attrs.get("class", "")] == [
        "Practice"
    ]
    with keyed.databases.school.session(write=False) as session:
        assert session.scalars(select(Incident.route)).all() == [PRACTICE]


def test_a_form_that_takes_nothing_is_said_and_not_hidden(
    app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keyed.databases.reports.write() as reports:
        close_zone(reports)  # the form answers 503
    answer = browser(app, keyed, "dsl").post("/staff/keys/practice", follow_redirects=True)
    assert "a child could not send a report either" in answer.text


def opened_today(school: School) -> None:
    """Children use the page since today, and no check has been made yet."""
    with school.databases.reports.write() as reports:
        reports.execute(update(Zone).values(published_on=now_utc().date(), checked_on=None))


def test_the_mornings_check_is_opened_by_the_first_reader_who_looks(app: Flask, keyed: School) -> None:
    opened_today(keyed)
    assert "sent on the next school morning" in keys_page(app, keyed, "dsl").text
    with keyed.databases.reports.write() as reports:
        reports.add(
            Report(
                id=keyed.dsl.id, day=date(2026, 1, 5), slot=540, route=SELF_TEST, urgent=False,
                state=ReportState.NEW, retention="practice", envelope_version=1, envelope=b"",
            )
        )  # fmt: skip
    page = keys_page(app, keyed, "network")
    assert "waits for a reader to look" in page.text
    assert "for two school days" in page.text
    assert "Nobody opened the morning's test" in browser(app, keyed, "network").get("/staff/").text
    with keyed.databases.reports.write() as reports:
        reports.execute(delete(Report))
        reports.execute(update(Zone).values(checked_on=now_utc().date()))
    assert "for two school days" not in keys_page(app, keyed, "network").text


def test_a_reader_who_looks_at_the_keys_opens_the_check_as_well(
    app: Flask, keyed: School, config: Config
) -> None:
    opened_today(keyed)
    send_self_test(make_report_site(config, keyed.databases), SELF_TEST, now_utc())
    transfer_all(config, keyed.databases)
    assert "waits for a reader to look" in keys_page(app, keyed, "network").text
    assert "waits for a reader to look" not in keys_page(app, keyed, "dsl").text
    with keyed.databases.reports.session(write=False) as reports:
        assert reports.scalars(select(Zone.checked_on)).one() is not None


def test_setting_up_goes_step_by_step_in_one_order() -> None:
    assert [step.value for step in SetupStep] == [
        "roles",
        "readers",
        "sheets",
        "proven",
        "opened",
        "practice",
    ]


def test_somebody_who_left_is_not_among_the_readers(app: Flask, keyed: School) -> None:
    with keyed.databases.school.write() as session:
        gone = make_staff(session, name="Ms Gone", left_on=date(2026, 1, 1))
        make_reader_key(session, gone)
    assert "Ms Gone" not in keys_page(app, keyed, "dsl").text


def test_without_a_list_there_is_no_hash_to_copy(app: Flask, keyed: School) -> None:
    with keyed.databases.reports.write() as reports:
        reports.execute(delete(ReaderList))
    assert "readers_root_hash" not in keys_page(app, keyed, "network").text
