"""A report, its case and what is done about it change no byte of the book for anybody who may not read them."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.duties.keeping import keep_book
from kiosk.duties.models import DutyState
from kiosk.incidents.models import Incident, PlannedChange
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import now_utc
from tests.factories import today
from tests.filtering.at_the_desk import FilterDesk
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")
BOOK = "/staff/duties/"
VARIES = re.compile(r'name="once" value="[0-9a-f]+"|Last checked: [^<.]+\.')
NOT_OF_THE_CASE = ("teacher", "chair", "network")
WRITTEN = ("changes-done", "filter-ticket", "programme", "readers-drill", "register-countersign")


def keep(app: Flask) -> None:
    """What the worker does."""
    keep_book(site_of(app), ALL_SOURCES, now_utc())


def pages(desk: FilterDesk) -> dict[tuple[str, str], str]:
    """Every page of the book, with everything switched on, and the first page, as those see them."""
    ids = site_of(desk.app).duties.all
    paths = ["/staff/", BOOK, *(BOOK + id for id in ids), *(f"{BOOK}{id}/write" for id in WRITTEN)]
    return {
        (who, path): VARIES.sub("", desk.at(who).get(path).text) for who in NOT_OF_THE_CASE for path in paths
    }


@pytest.fixture
def book(desk: FilterDesk, app: Flask) -> FilterDesk:
    """The desk of a school with every duty switched on."""
    with desk.school.databases.school.write() as session:
        session.add_all(
            DutyState(duty=id, of="", switched_on=True)
            for id, duty in site_of(app).duties.all.items()
            if not duty.always
        )
    for _ in range(2):
        keep(app)
    return desk


def test_a_report_and_every_act_about_it_changes_no_byte_of_the_book_for_who_may_not_read_it(
    book: FilterDesk, app: Flask
) -> None:
    before, mails = pages(book), duty_mails(book)
    assert book.give() == 302 and book.decide() == 302
    book.school.told("bullying", words="They wait for me")
    with book.school.databases.school.write() as session:
        case = session.scalars(select(Incident.id)).one()
        late, owner = today() - timedelta(days=9), book.school.people["coordinator"].id
        session.add(PlannedChange(incident_id=case, what="Look at the gate", owner_id=owner, due_on=late))
    keep(app)
    after = pages(book)
    assert {key for key, text in after.items() if text != before[key]} == set()
    assert duty_mails(book) == mails


def test_a_reader_of_the_case_is_told_what_is_open_and_it_is_not_filled_in_for_others(
    book: FilterDesk, app: Flask
) -> None:
    with book.school.databases.school.write() as session:
        case = session.scalars(select(Incident.id)).one()
        owner = book.school.people["coordinator"].id
        session.add(PlannedChange(incident_id=case, what="x", owner_id=owner, due_on=today()))
    assert "1 is open; past its day: 0" in book.seen("coordinator", f"{BOOK}changes-done")
    assert "nothing is open" in book.seen("chair", f"{BOOK}changes-done")
    form = book.at("coordinator").get(f"{BOOK}changes-done/write").text
    assert "is open" in form and "is open</textarea>" not in form.replace("; past its day: 0.", "")


def test_tickets_of_a_day_are_in_the_book_once_they_have_left_for_those_who_meet_them_at_the_desk(
    book: FilterDesk, app: Flask
) -> None:
    before = pages(book)
    assert book.give() == 302 and book.decide() == 302
    book.leave()
    keep_book(site_of(app), ALL_SOURCES, book.at_four())
    ticket = f"{BOOK}filter-ticket"
    assert "By" in book.seen("network", ticket) and "free-skins" not in book.seen("network", ticket)
    after = pages(book)
    assert {key for key in after if key[0] == "teacher" and after[key] != before[key]} == set()
    assert book.at("teacher").get(ticket).status_code == 404


def duty_mails(book: FilterDesk) -> list[str]:
    """To whom mails of the book wait."""
    with book.school.databases.reports.session(write=False) as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == MailKind.DUTY))
        return sorted(row.address for row in rows)
