"""The page of keys for everybody who may look: what stands on it, what may be done, and for whom it is nothing."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from kiosk.accounts.models import KeyAct, ReaderKey
from kiosk.config import Config
from kiosk.db import now_utc
from kiosk.incidents.models import Incident
from kiosk.outbox import OutboxRow
from kiosk.readers.setup import SetupStep
from kiosk.report.models import RecoveryKey, Report, ReportState, Zone
from kiosk.report.reading_routes import PRACTICE, SELF_TEST
from kiosk.report.send_self_test import send_self_test
from tests.factories import make_reader_key, make_staff
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import acts, browser, key_of, keyed, keys_page
from tests.sites import make_report_site

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
    assert len(re.findall(r"\b(?:[0-9a-f]{4} ){4}[0-9a-f]{4}", page.text)) >= 9
    assert f"Ms {name} (you)" in page.text
    assert "by hand" not in page.text


def test_the_network_manager_sees_where_it_stands_and_can_do_nothing(app: Flask, keyed: School) -> None:
    page = keys_page(app, keyed, "network")
    assert "Active" in page.text
    assert not buttons(page) & {*BUTTONS, "Save"}
    mains = [form for main in page.all("main") for form in main.find_all("form")]
    assert mains == []
    client = browser(app, keyed, "network")
    for address in ("sheets", "prove", "open", "promise", "practice", "recover"):
        assert client.post(f"/staff/keys/{address}").status_code == 403, address
    assert client.post(f"/staff/keys/readers/{keyed.chair.id}/let-in").status_code == 403
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


def unset(school: School) -> None:
    """The report page is not open yet."""
    with school.databases.reports.write() as reports:
        reports.execute(update(Zone).values(published_on=None))


@pytest.mark.parametrize(("name", "expected"), [("dsl", True), ("coordinator", False)])
def test_a_promise_counts_at_opening_only_from_who_may_give_it(
    app: Flask, keyed: School, name: str, expected: bool
) -> None:
    unset(keyed)
    assert keys_page(app, keyed, name).button("Open the report page to children")
    answer = browser(app, keyed, name).post("/staff/keys/open", data={"promise": "yes"})
    assert answer.status_code == 303
    assert promised(keyed) is expected
    assert acts(keyed)[-1] == (KeyAct.PAGE_OPENED, f"Ms {name}")


@pytest.mark.parametrize("missing", ["recovery", "readers"])
def test_the_page_is_not_opened_before_it_can_be_read(app: Flask, keyed: School, missing: str) -> None:
    unset(keyed)
    if missing == "recovery":
        with keyed.databases.reports.write() as reports:
            reports.execute(update(RecoveryKey).values(proven_on=None))
    else:
        with keyed.databases.school.write() as session:
            session.execute(delete(ReaderKey).where(ReaderKey.staff_id != keyed.dsl.id))
    page = keys_page(app, keyed, "dsl")
    assert "Open the report page to children" not in buttons(page)
    answer = browser(app, keyed, "dsl").post("/staff/keys/open", follow_redirects=True)
    assert "cannot be opened yet" in answer.text
    with keyed.databases.reports.session(write=False) as reports:
        assert reports.scalars(select(Zone.published_on)).one() is None
    assert KeyAct.PAGE_OPENED not in dict(acts(keyed))


def test_opening_twice_is_one_opening(app: Flask, keyed: School) -> None:
    unset(keyed)
    client = browser(app, keyed, "dsl")
    for _ in range(2):
        assert client.post("/staff/keys/open").status_code == 303
    assert [act for act, _ in acts(keyed)].count(KeyAct.PAGE_OPENED) == 1


def test_until_the_page_opens_keys_are_in_use_as_they_are_made_and_then_no_more(
    app: Flask, keyed: School
) -> None:
    unset(keyed)
    with keyed.databases.school.write() as session:
        session.execute(update(ReaderKey).where(ReaderKey.staff_id == keyed.chair.id).values(approved=False))
    keys_page(app, keyed, "network")
    assert key_of(keyed, keyed.chair).approved
    browser(app, keyed, "dsl").post("/staff/keys/open")
    with keyed.databases.school.write() as session:
        session.execute(update(ReaderKey).where(ReaderKey.staff_id == keyed.chair.id).values(approved=False))
    keys_page(app, keyed, "network")
    assert not key_of(keyed, keyed.chair).approved


def test_practice_is_told_to_readers_opened_and_marked_in_the_register(app: Flask, keyed: School) -> None:
    client = browser(app, keyed, "coordinator")
    assert client.post("/staff/keys/practice").status_code == 303
    with keyed.databases.reports.session(write=False) as reports:
        (row,) = reports.scalars(select(Report).where(Report.route == PRACTICE))
        told = reports.scalars(select(OutboxRow.address).where(OutboxRow.due)).all()
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
        reports.execute(update(Zone).values(published_on=None))  # the form answers 503
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
