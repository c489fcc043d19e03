"""The first list: who makes the sheets signs it, ANOTHER reader opens the page and signs it too (promise G3)."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from kiosk.accounts.models import ReaderKey
from kiosk.audit.log import LogAct
from kiosk.config import Config
from kiosk.readers.recovery.setup import first_list
from kiosk.readers.recovery.sheets import make_sheets, prove_sheets
from kiosk.report.models import ReaderList, RecoveryKey, Zone
from kiosk.sealing.reader_list import check_first
from tests.accounts.doors import PASSWORD
from tests.factories import close_zone, secret_of
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.recovery.test_keys_page import promised
from tests.readers.school import DAY, acting_as, acts, browser, chain_of, keyed, keys_page, new_reader
from tests.roots import no_root, note_root

__all__ = ["keyed"]
OPEN = "Open the report page to children"


@pytest.fixture
def begun(keyed: School) -> School:
    """The lead has made sheets and typed two back; the page is not open yet."""
    make(keyed)
    return keyed


def make(school: School) -> None:
    """The lead makes sheets and types two of them back."""
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        close_zone(reports)
        secret = secret_of(school.dsl.id)
        made = make_sheets(session, reports, acting_as(school, school.dsl), school.dsl, secret, DAY)
        note_root(made.root)
        typed = made.recovery.sheets[1:]
        prove_sheets(session, reports, acting_as(school, school.dsl), secret, typed, DAY)


def opened(school: School) -> bool:
    """Whether children use the page."""
    with school.databases.reports.session(write=False) as reports:
        return reports.scalars(select(Zone.published_on)).one() is not None


def open_it(app: Flask, school: School, by: str, **sent: str) -> TestResponse:
    """Tap the button that opens the page; returns what is said."""
    return browser(app, school, by).post("/staff/keys/open", data=sent, follow_redirects=True)


def test_who_made_the_sheets_signs_and_another_reader_opens(app: Flask, begun: School) -> None:
    assert "Another reader has to open the page" in open_it(app, begun, "dsl").text
    assert not opened(begun)
    assert "The report page is open to children" in open_it(app, begun, "chair").text
    assert opened(begun)
    (first,) = chain_of(begun)
    check_first(first)
    assert set(first.signatures) == {begun.dsl.id.hex, begun.chair.id.hex}
    assert acts(begun)[-1] == (LogAct.PAGE_OPENED, "Ms chair")


@pytest.mark.database("sqlite")
def test_the_page_says_to_who_signed_already_that_another_must_open_it(app: Flask, begun: School) -> None:
    page = keys_page(app, begun, "dsl")
    assert OPEN not in [one.text for one in page.all("button")]
    assert "You have signed the first list. Another reader opens the page." in page.text
    assert keys_page(app, begun, "coordinator").button(OPEN)


def test_one_reader_opens_nothing_however_often(app: Flask, begun: School) -> None:
    for _ in range(3):
        open_it(app, begun, "dsl")
    assert not opened(begun)
    assert chain_of(begun) == ()


def test_somebody_whose_key_came_after_the_sheets_cannot_be_the_second(app: Flask, begun: School) -> None:
    new_reader(begun, "late")
    assert "cannot be opened yet" in open_it(app, begun, "late").text
    assert not opened(begun)
    make(begun)
    assert "The report page is open to children" in open_it(app, begun, "late").text
    assert begun.people["late"].id.hex in chain_of(begun)[0].readers


@pytest.mark.parametrize("by", ["network", "teacher"])
def test_who_reads_nothing_opens_nothing(app: Flask, begun: School, by: str) -> None:
    assert browser(app, begun, by).post("/staff/keys/open").status_code == 403
    assert not opened(begun)


def test_a_first_list_that_somebody_changed_by_hand_is_signed_by_nobody_else(
    app: Flask, begun: School
) -> None:
    with begun.databases.reports.write() as reports:
        row = reports.get_one(ReaderList, 1)
        row.statement = row.statement.replace(b"Ms coordinator2", b"Ms coordinatorX")
    open_it(app, begun, "chair")
    assert not opened(begun), "the lead's signature is of another list"


@pytest.mark.parametrize("missing", ["recovery", "list"])
def test_the_page_is_not_opened_before_it_can_be_read(app: Flask, begun: School, missing: str) -> None:
    with begun.databases.reports.write() as reports:
        if missing == "recovery":
            reports.execute(update(RecoveryKey).values(proven_on=None))
        else:
            reports.execute(delete(ReaderList))
    assert "cannot be opened yet" in open_it(app, begun, "chair").text
    assert not opened(begun)
    assert LogAct.PAGE_OPENED not in dict(acts(begun))


def test_with_one_key_alone_no_sheets_are_made(app: Flask, begun: School) -> None:
    with begun.databases.school.write() as session:
        session.execute(delete(ReaderKey).where(ReaderKey.staff_id != begun.dsl.id))
    client = browser(app, begun, "dsl")
    once = Page(client.get("/staff/keys/sheets").text).value("once")
    answer = client.post(
        "/staff/keys/sheets", data={"once": once, "password": PASSWORD}, follow_redirects=True
    )
    assert "Two readers have to sign in before sheets can be made." in answer.text


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("name", "expected"), [("dsl2", True), ("coordinator", False)])
def test_a_promise_counts_at_opening_only_from_who_may_give_it(
    app: Flask, begun: School, name: str, expected: bool
) -> None:
    open_it(app, begun, name, promise="yes")
    assert opened(begun)
    assert promised(begun) is expected


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("named", [None, b"o" * 32])
def test_nobody_opens_the_page_before_the_settings_name_the_first_list(
    app: Flask, begun: School, named: bytes | None
) -> None:
    """Or else whoever exchanges list and file beside it is believed at the next start (attack 5)."""
    no_root()
    if named:
        note_root(named)
    for by in ("dsl", "chair"):
        assert "once the first list of readers stands in the settings" in open_it(app, begun, by).text
    assert not opened(begun)
    assert "readers_root_hash" in keys_page(app, begun, "chair").text


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("name", ["network", "dsl"])
def test_whoever_may_look_finds_the_hash_of_the_first_list_for_the_settings(
    app: Flask, begun: School, name: str
) -> None:
    """The settings send people to this page for it, when what they wrote cannot be it."""
    with begun.databases.reports.session(write=False) as reports:
        first = first_list(reports)
    assert first
    shown = first.hash.hex()
    assert shown not in keys_page(app, begun, name).text, "it stands there already"
    no_root()
    assert f'readers_root_hash = "{shown}"' in keys_page(app, begun, name).text
    assert Config(readers_root_hash=shown).readers_root == first.hash


@pytest.mark.database("sqlite")
def test_opening_twice_is_one_opening(app: Flask, begun: School) -> None:
    for by in ("chair", "coordinator"):
        assert open_it(app, begun, by).status_code == 200
    assert [act for act, _ in acts(begun)].count(LogAct.PAGE_OPENED) == 1
    with begun.databases.reports.session(write=False) as reports:
        first = first_list(reports)
    assert first is not None
    assert len(first.signatures) == 2
