"""Only who can read now is named to a child and mailed; not after a forgotten password or while waiting (promise G14).

What a row says of somebody's key makes nobody a reader and takes nobody a report; it only says who else has to read.
"""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.test import Client

from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.keyring import able_now, read_keyring
from kiosk.report.access.who_reads import reads_again_on
from kiosk.report.models import Reader, ReportReader
from kiosk.sealing.boxes import public_of
from kiosk.storage.db import Databases
from tests.factories import EARLY, FAR, list_readers, today
from tests.pages import Page
from tests.report.telling import open_form, send_report

BANDS = ("ks1", "ks2", "ks3", "ks4")
ANOTHER_KEY = public_of(b"a password that was chosen anew.")


def forget_password(databases: Databases, *readers: str, key: bytes | None = ANOTHER_KEY) -> None:
    """These readers have a new password, so the copy of readers has another key than the list, or none yet."""
    with databases.reports.write() as session:
        for one in readers:
            session.execute(update(Reader).where(Reader.id == uuid.UUID(one)).values(public_key=key))


def mailed(databases: Databases) -> set[str]:
    with databases.reports.session(write=False) as session:
        return set(session.scalars(select(OutboxRow.address)))


def opened_by(databases: Databases) -> set[str]:
    with databases.reports.session(write=False) as session:
        return {one.hex for one in session.scalars(select(ReportReader.reader_id))}


@pytest.mark.parametrize("key", [ANOTHER_KEY, None], ids=["new key", "no key yet"])
@pytest.mark.parametrize("band", BANDS)
def test_who_forgot_the_password_is_named_on_no_page_of_a_child(
    tablet: Client, readers: dict[str, str], databases: Databases, band: str, key: bytes | None
) -> None:
    forget_password(databases, readers["coordinator"], key=key)
    form = open_form(tablet, band)
    ticked = [one.text for one in form.all("label") if "Mrs Coordinator" in one.text]
    shown = form.text
    for words in ticked:  # a child may still say who must never read it
        shown = shown.replace(words, "")
    assert "Mrs Coordinator" not in shown
    assert "Mrs Dsl" in shown
    thanks = Page(send_report(tablet, band, concern="bullying").text)
    assert "Mrs Coordinator" not in thanks.text
    assert "Mrs Dsl" in thanks.text, "whoever comes next on the route reads it"


def test_a_report_is_sealed_for_the_key_of_the_list_all_the_same_and_the_next_of_the_route_joins(
    tablet: Client, readers: dict[str, str], databases: Databases
) -> None:
    send_report(tablet, "ks3", concern="stranger")
    assert opened_by(databases) >= {readers["dsl"], readers["principal"]}, "one lead alone is too few"
    assert readers["chair"] not in opened_by(databases)
    forget_password(databases, readers["dsl"])
    send_report(tablet, "ks3", concern="images")
    assert opened_by(databases) >= {readers["dsl"], readers["principal"], readers["chair"]}


@pytest.mark.parametrize("danger", ["yes", "no"])
def test_no_mail_goes_to_somebody_who_cannot_read(
    tablet: Client, readers: dict[str, str], databases: Databases, danger: str
) -> None:
    forget_password(databases, readers["dsl"])
    with databases.reports.session(write=False) as session:
        lead = session.get_one(Reader, uuid.UUID(readers["dsl"])).email
    send_report(tablet, "ks3", concern="stranger", danger=danger)
    assert mailed(databases), "others are told"
    assert lead not in mailed(databases)


def test_the_head_never_joins_a_report_about_the_head_however_many_forgot_their_password(
    tablet: Client, readers: dict[str, str], databases: Databases
) -> None:
    forget_password(databases, readers["dsl"], readers["chair"], readers["coordinator"])
    page = Page(send_report(tablet, "ks3", concern="adult", head="yes").text)
    assert "Nobody at school can read this yet" in page.text
    assert readers["principal"] not in opened_by(databases)


@pytest.mark.parametrize("key", [ANOTHER_KEY, None, b"", b"short"])
def test_who_changes_keys_in_rows_is_named_for_nobody_and_takes_no_report_from_its_readers(
    tablet: Client, readers: dict[str, str], databases: Databases, key: bytes | None
) -> None:
    with databases.reports.write() as session:
        stranger = Reader(id=uuid.uuid4(), name="Mr Stranger", email="x@school.example", roles="dsl")
        stranger.public_key, stranger.holds = ANOTHER_KEY, "dsl"
        session.add(stranger)
    forget_password(databases, *readers.values(), key=key)
    page = open_form(tablet, "ks3")
    shown = page.text
    for label in page.all("label"):
        shown = shown.replace(label.text, "")
    assert "Mr Stranger" not in shown
    send_report(tablet, "ks3", concern="stranger")
    assert opened_by(databases) >= {readers["dsl"], readers["chair"]}
    assert stranger.id.hex not in opened_by(databases)


def test_once_the_list_has_the_new_key_she_is_named_again(
    tablet: Client, readers: dict[str, str], databases: Databases
) -> None:
    forget_password(databases, readers["dsl"])
    with databases.reports.write() as session:
        list_readers(session)
    assert "Mrs Dsl keeps children safe." in open_form(tablet).text


WORDS = {
    "ks1": ("Tell a grown-up you trust", "Nobody at school can see it here yet.", "You can still send it."),
    "ks2": ("Tell a grown-up you trust", "Nobody at school can read it here yet.", "You can still send it."),
    "ks3": ("Tell an adult you trust", "Nobody at school can read it here yet.", "You can still send it."),
    "ks4": ("Tell an adult you trust", "Nobody at school can read it here yet.", "You can still send it."),
}


@pytest.mark.parametrize("band", BANDS)
def test_where_nobody_can_read_yet_the_first_page_says_whom_to_go_to_and_until_which_day(
    tablet: Client, readers: dict[str, str], databases: Databases, band: str
) -> None:
    day = today() + timedelta(days=3)
    with databases.reports.write() as session:
        list_readers(session, from_day=day)
    page = open_form(tablet, band)
    heading, nobody, still = WORDS[band]
    first = page.text.partition("Next")[0]
    assert heading in first
    assert f"{nobody} It may take until {day:%A}." in first
    assert "0800 1111" in first
    assert still in first
    assert "Who may read it?" not in page.text
    thanks = Page(send_report(tablet, band, concern="bullying").text)
    assert f"It may take until {day:%A}." in thanks.text


@pytest.mark.parametrize(
    "day", [FAR, EARLY], ids=["too far to be named by its weekday", "not known: all forgot their password"]
)
def test_a_day_is_said_only_where_the_list_says_it(
    tablet: Client, readers: dict[str, str], databases: Databases, day: date
) -> None:
    with databases.reports.write() as session:
        list_readers(session, from_day=day)
    forget_password(databases, *readers.values())
    page = open_form(tablet, "ks3")
    assert "Nobody at school can read it here yet. It may take days." in page.text
    assert "It may take until" not in page.text


@pytest.mark.parametrize(("lang", "until"), [("ur", "تک کا وقت لگ سکتا ہے"), ("pl", "To może potrwać do")])
@pytest.mark.parametrize("band", BANDS)
def test_it_is_said_in_every_language(
    tablet: Client, readers: dict[str, str], databases: Databases, band: str, lang: str, until: str
) -> None:
    with databases.reports.write() as session:
        list_readers(session, from_day=today() + timedelta(days=2))
    page = open_form(tablet, band, lang)
    assert until in page.text
    assert f"It may take until {today() + timedelta(days=2):%A}." in page.text, "the English stands beside it"


def test_who_is_away_forgot_the_password_is_frozen_or_has_left_makes_the_same_page(
    tablet: Client, readers: dict[str, str], databases: Databases
) -> None:
    """From the page nobody can tell why somebody is not named (no page says who is ill)."""
    with databases.reports.write() as session:
        session.execute(update(Reader).where(Reader.id == uuid.UUID(readers["dsl"])).values(absent=True))
    away = open_form(tablet, "ks3").text
    with databases.reports.write() as session:
        session.execute(update(Reader).where(Reader.id == uuid.UUID(readers["dsl"])).values(absent=False))
    forget_password(databases, readers["dsl"])
    assert open_form(tablet, "ks3").text == away


def test_who_waits_or_has_a_key_that_does_not_count_is_not_able(
    readers: dict[str, str], databases: Databases
) -> None:
    forget_password(databases, readers["dsl"])
    with databases.reports.session(write=False) as session:
        recipients = read_keyring(session)
    assert {one.name for one in able_now(recipients.readers)} == {
        "Mrs Coordinator",
        "Mrs Principal",
        "Mrs Chair",
    }
    assert reads_again_on(recipients, today()) is None, "somebody can read now"
