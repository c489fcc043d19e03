"""The page of keys for everybody who may look: what stands on it, what may be done, and for whom it is nothing."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from kiosk.accounts.models import StaffMember
from kiosk.readers.recovery.setup import SetupStep
from kiosk.readers.signed_list.holders import words_of
from kiosk.report.models import ReaderList, Zone
from kiosk.storage.db import now_utc
from tests.factories import make_reader_key, make_staff
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.people import row_of
from tests.readers.school import browser, chain_of, keyed, keys_page

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

__all__ = ["keyed"]
READERS = ("dsl", "coordinator", "principal", "chair")
BUTTONS = {"Make new sheets"}


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
        assert " ".join(words_of(entry)) in row_of(page, entry.name)
        assert "the set-up" in row_of(page, entry.name)
    assert f"Ms {name} (you)" in page.text
    assert "by hand" not in page.text


def test_it_says_person_reads_now_in_few_words_and_folds_the_rest(app: Flask, keyed: School) -> None:
    page = keys_page(app, keyed, "dsl")
    folded = {words for one in page.all("details") for words in [one.text] if one.text}
    shown = next(one.text for one in page.all("main"))
    for words in folded:
        shown = shown.replace(words, "")
    assert len(shown.split()) <= 200, "eight readers; with five it is about 110"
    words = " ".join(words_of(chain_of(keyed)[-1].readers[keyed.dsl.id.hex]))
    assert words not in shown
    assert words in page.text
    row = row_of(page, "Ms coordinator")
    assert "Bullying, screens, scams, other" in row
    assert "Now: Reads" in row
    assert "Looks after the computer and reads nothing: Ms network, Ms network2." in page.text


def test_it_says_who_is_away_and_that_you_stand_in(app: Flask, keyed: School) -> None:
    with keyed.databases.school.write() as session:
        away = session.get_one(StaffMember, keyed.people["dsl2"].id)
        away.away_from, away.away_until = now_utc().date(), now_utc().date()
    assert "You stand in." in row_of(keys_page(app, keyed, "dsl"), "Ms dsl2")
    assert "Away until" in row_of(keys_page(app, keyed, "chair"), "Ms dsl2")
    assert "You stand in." not in row_of(keys_page(app, keyed, "chair"), "Ms dsl2")


def test_the_page_has_every_six_words_of_the_card(app: Flask, keyed: School) -> None:
    card = Page(browser(app, keyed, "chair").get("/staff/keys/card").text)
    page = keys_page(app, keyed, "chair").text
    assert all(one.text in page for one in card.all("bdi"))


def test_the_network_manager_sees_where_it_stands_and_can_do_nothing(app: Flask, keyed: School) -> None:
    page = keys_page(app, keyed, "network")
    assert "Ms dsl" in page.text
    assert not buttons(page) & {*BUTTONS, "Save"}
    mains = [form for main in page.all("main") for form in main.find_all("form")]
    assert mains == []
    client = browser(app, keyed, "network")
    for address in ("sheets", "prove", "open", "promise", "recover"):
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


def test_a_test_report_that_did_not_come_through_is_said_after_two_school_days(
    app: Flask, keyed: School
) -> None:
    for day, said in ((now_utc().date(), False), (date(2026, 1, 5), True)):
        with keyed.databases.reports.write() as reports:
            reports.execute(update(Zone).values(test_failed_on=day))
        assert ("for two school days" in keys_page(app, keyed, "network").text) is said
        home = browser(app, keyed, "network").get("/staff/").text
        assert ("A test report was not opened" in home) is said


def test_setting_up_goes_step_by_step_in_one_order() -> None:
    assert [step.value for step in SetupStep] == [
        "roles",
        "readers",
        "sheets",
        "proven",
        "opened",
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
