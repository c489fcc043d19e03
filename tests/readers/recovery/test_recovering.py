"""When nobody can open the reports any more: loud, logged, and never for whom a child ticked (promise S6)."""

import uuid
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.audit.log import LogAct
from kiosk.config import Config
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.proposals.publish import publish_readers
from kiosk.readers.recovery.sheets import make_sheets
from kiosk.readers.signed_list.holders import words_of
from kiosk.report.access.opening import KeyNotGranted, Opener, ReportNotYours, read_report
from kiosk.report.models import ReportReader
from kiosk.sealing.list_statements import RECOVERY
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.sealing.recovery import new_recovery
from kiosk.storage.db import now_utc
from tests.factories import secret_of
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import confirm
from tests.readers.school import (
    acting_as,
    acts,
    browser,
    chain_of,
    errors_of,
    found,
    keyed,
    new_reader,
    proposals_of,
    renew_key,
)

__all__ = ["keyed"]
TODAY = date(2026, 3, 3)


@pytest.fixture
def sheets(keyed: School) -> tuple[str, ...]:
    """Three sheets in use; the list of readers was founded with them."""
    return found(keyed, TODAY)


def everybody_forgot(school: School, config: Config) -> None:
    """Every reader had to choose a new password, so that no key in the list opens anything."""
    with school.databases.school.write() as session:
        for row in session.scalars(select(ReaderKey)).all():
            renew_key(session, school, row.staff)
    publish_readers(school.databases, config, now_utc().date())


def opens(school: School, name: str, report_id: uuid.UUID) -> bool:
    """Whether somebody opens a report with the newest key."""
    person = school.people[name]
    opener = Opener(person.id, person.roles, ReaderSecret(person.id.bytes * 2).private_key)
    with school.databases.reports.session(write=False) as reports:
        try:
            read_report(reports, report_id, opener)
        except (ReportNotYours, KeyNotGranted):
            return False
        return True


def ticked(school: School, *names: str) -> dict[str, Any]:
    """Ticks for these people, everybody who has keys if nobody is named, with the six words that they say."""
    ids = {school.people[name].id for name in names}
    with school.databases.school.session(write=False) as session:
        rows = [row for row in session.scalars(select(ReaderKey)) if row.staff_id in ids or not ids]
        said = {f"words-{row.staff_id.hex}": " ".join(words_of(row)) for row in rows}
    return {"approved": [row.staff_id.hex for row in rows]} | said


def test_two_sheets_let_the_readers_of_the_route_in_again_and_nobody_else(
    app: Flask, keyed: School, sheets: tuple[str, ...], config: Config
) -> None:
    told = keyed.told("bullying", exclude=[keyed.coordinator2.id.hex], danger="no")
    everybody_forgot(keyed, config)
    names = ("coordinator", "coordinator2", "dsl", "principal", "chair")
    assert not any(opens(keyed, name, told) for name in names)
    client = browser(app, keyed, "chair")
    page = Page(client.get("/staff/keys/recover").text)
    assert "Everybody will be told." in page.text
    ticks = page.inputs("approved")
    assert len(ticks) == 8
    assert not any("checked" in one.attrs for one in ticks), "nobody is ticked whom nobody has asked"
    sent = {"first": sheets[2], "second": sheets[0]} | ticked(keyed)
    assert client.post("/staff/keys/recover", data=sent).headers["Location"] == "/staff/keys"
    with keyed.databases.reports.session(write=False) as reports:
        holders = set(reports.scalars(select(ReportReader.reader_id).where(ReportReader.report_id == told)))
        told_to = reports.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.POWER)).all()
    can = {name for name in names if opens(keyed, name, told)}
    assert can
    assert "coordinator2" not in can, "a child ticked her"
    assert keyed.coordinator2.id not in holders
    assert can == {name for name in names if keyed.people[name].id in holders}
    assert chain_of(keyed)[-1].cause == {"kind": "recovered"}
    assert list(chain_of(keyed)[-1].signatures) == [RECOVERY], "two sheets sign for two readers"
    assert len(set(told_to)) == 8
    assert (LogAct.SHEETS_USED, "Ms chair") in acts(keyed)
    assert "Used two recovery sheets to give the readers access again" in client.get("/staff/keys").text


def test_sheets_that_were_replaced_sign_nothing_any_more(
    app: Flask, keyed: School, sheets: tuple[str, ...], config: Config
) -> None:
    with keyed.databases.school.write() as session, keyed.databases.reports.write() as reports:
        secret = secret_of(keyed.dsl.id)
        newer = make_sheets(
            session, reports, acting_as(keyed, keyed.dsl), keyed.dsl, secret, TODAY
        ).recovery.sheets
    client = browser(app, keyed, "dsl")
    client.post("/staff/keys/prove", data={"first": newer[0], "second": newer[1]})
    (waits,) = proposals_of(keyed)
    assert confirm(app, keyed, "chair", waits).status_code == 303
    everybody_forgot(keyed, config)
    for pair, status in ((sheets, 422), (newer, 303)):
        sent = {"first": pair[0], "second": pair[1]} | ticked(keyed)
        answer = client.post("/staff/keys/recover", data=sent)
        assert answer.status_code == status
        if status == 422:
            assert "replaced by newer ones" in errors_of(Page(answer.text))["second"]
            assert LogAct.SHEETS_USED not in dict(acts(keyed))


def test_a_key_that_is_not_ticked_stays_outside(app: Flask, keyed: School, sheets: tuple[str, ...]) -> None:
    new = new_reader(keyed, "new")
    client = browser(app, keyed, "dsl")
    (tick,) = Page(client.get("/staff/keys/recover").text).inputs("approved")
    assert "checked" not in tick.attrs, "a newcomer is not let in unseen"
    assert (
        client.post("/staff/keys/recover", data={"first": sheets[0], "second": sheets[1]}).status_code == 303
    )
    assert new.id.hex not in chain_of(keyed)[-1].readers


@pytest.mark.parametrize("said", ["", "one two three four five six", "the words of another"])
def test_a_key_that_somebody_put_into_the_database_comes_in_by_no_sheets(
    app: Flask, keyed: School, sheets: tuple[str, ...], said: str
) -> None:
    told = keyed.told("bullying")
    with keyed.databases.school.write() as session:
        renew_key(
            session, keyed, session.get_one(StaffMember, keyed.coordinator2.id)
        )  # silent: with the site key
        heard = " ".join(words_of(chain_of(keyed)[-1].readers[keyed.coordinator2.id.hex]))
    client = browser(app, keyed, "chair")
    page = client.get("/staff/keys/recover").text
    (tick,) = Page(page).inputs("approved")
    assert "checked" not in tick.attrs
    assert ticked(keyed, "coordinator2")[f"words-{keyed.coordinator2.id.hex}"] not in page, (
        "nobody confirms from habit"
    )
    typed = heard if said == "the words of another" else said
    field = f"words-{keyed.coordinator2.id.hex}"
    sent = {"first": sheets[0], "second": sheets[1], "approved": [keyed.coordinator2.id.hex], field: typed}
    answer = client.post("/staff/keys/recover", data=sent)
    assert answer.status_code == 422
    assert "These are not the words of the key of Ms coordinator2." in errors_of(Page(answer.text))[field]
    assert (Page(answer.text).value(field), Page(answer.text).value("first")) == (typed, sheets[0])
    assert not opens(keyed, "coordinator2", told)
    assert len(chain_of(keyed)) == 1
    done = client.post("/staff/keys/recover", data=sent | ticked(keyed, "coordinator2"))
    assert done.status_code == 303, "with the words that she says it does"
    assert opens(keyed, "coordinator2", told)


def test_where_no_key_would_be_in_use_nothing_happens(
    app: Flask, keyed: School, sheets: tuple[str, ...], config: Config
) -> None:
    everybody_forgot(keyed, config)
    sent = {"first": sheets[0], "second": sheets[1]}
    answer = browser(app, keyed, "dsl").post("/staff/keys/recover", data=sent)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert errors_of(page) == {"let-in": "No key is active. Tick the keys that these sheets should confirm."}
    assert (page.value("first"), page.value("second")) == sheets[:2]
    assert LogAct.SHEETS_USED not in dict(acts(keyed))


def test_sheets_of_another_school_do_nothing_and_say_nothing_to_anybody(
    app: Flask, keyed: School, sheets: tuple[str, ...], config: Config
) -> None:
    strange = new_recovery().sheets
    answer = browser(app, keyed, "dsl").post(
        "/staff/keys/recover", data={"first": strange[0], "second": strange[1]}
    )
    assert answer.status_code == 422
    assert "not to a recovery key of this school" in errors_of(Page(answer.text))["second"]
    assert LogAct.SHEETS_USED not in dict(acts(keyed))
    with keyed.databases.reports.session(write=False) as reports:
        assert reports.scalars(select(OutboxRow)).all() == []


def test_one_sheet_alone_is_not_enough(app: Flask, keyed: School, sheets: tuple[str, ...]) -> None:
    for second in ("", sheets[0]):
        answer = browser(app, keyed, "dsl").post(
            "/staff/keys/recover", data={"first": sheets[0], "second": second}
        )
        assert answer.status_code == 422
    assert LogAct.SHEETS_USED not in dict(acts(keyed))
