"""Taking a report: once, whole, durable, and only then acknowledged (promises A4, A15, D1, D2)."""

import threading
from datetime import UTC, datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.keyring import Keyring
from kiosk.report.access.sealed_report import RECOVERY_ID, access_marks
from kiosk.report.form.answers import ReportAnswers, read
from kiosk.report.form.seal import prepare_and_store, seal_report
from kiosk.report.form.views import SOFT_LIMIT_BYTES
from kiosk.report.intake import transfer
from kiosk.report.models import Report, ReportReader
from kiosk.sealing.boxes import public_of
from kiosk.sealing.envelope import ENVELOPE_VERSION, PADDED_SIZES, unseal, unwrap
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.factories import RECOVERY_PRIVATE
from tests.report.failing import nothing_is_taken
from tests.report.telling import open_form, send, send_report
from tests.sites import transfer_all

SEALED_BYTES = 40  # nonce and mark of a sealed box, whatever is in it
MONDAY_TEN = datetime(2026, 11, 23, 10, 17, 42, tzinfo=UTC)


def _answers(nonce: str = "n" * 24, **given: str) -> ReportAnswers:
    answers, errors = read(MultiDict({"nonce": nonce, "concern": "bullying"} | given), Band.KS3, "en")
    assert not errors
    return answers


@pytest.fixture
def calendar(config: Config) -> SchoolCalendar:
    return SchoolCalendar(config.zone)


def test_a_report_knows_its_slot_and_nothing_finer(
    reports_session: Session, key: SiteKey, calendar: SchoolCalendar, readers: dict[str, str]
) -> None:
    prepare_and_store(reports_session, key, calendar, _answers(), MONDAY_TEN)
    reports_session.flush()
    (row,) = reports_session.scalars(select(Report))
    assert (row.day.isoformat(), row.slot) == ("2026-11-23", 10 * 60)


def test_report_and_alerts_stand_or_fall_together(
    databases: Databases, key: SiteKey, calendar: SchoolCalendar, readers: dict[str, str]
) -> None:
    with (
        patch("kiosk.report.access.sealed_report.outbox.queue_alert", side_effect=OSError),
        pytest.raises(OSError),
        databases.reports.write() as session,
    ):
        prepare_and_store(session, key, calendar, _answers(), MONDAY_TEN)
    with databases.reports.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 0


def test_the_size_of_what_is_kept_does_not_tell_how_much_was_typed(
    reports_session: Session, key: SiteKey, calendar: SchoolCalendar, readers: dict[str, str]
) -> None:
    for number, words in enumerate(("", "a few words", "more words " * 100)):
        prepare_and_store(reports_session, key, calendar, _answers(f"{number}" * 24, words=words), MONDAY_TEN)
    reports_session.flush()
    sizes = {len(row.envelope) for row in reports_session.scalars(select(Report))}
    assert sizes <= {size + SEALED_BYTES for size in PADDED_SIZES}


@given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_the_words_come_out_as_they_went_in(words: str) -> None:
    form = MultiDict({"nonce": "n" * 24, "concern": "other", "words": words})
    answers, errors = read(form, Band.KS4, "pl")
    if not errors:
        ring = Keyring(recovery=public_of(RECOVERY_PRIVATE))
        calendar = SchoolCalendar(ZoneInfo("Europe/London"))
        sealed = seal_report(ring, SiteKey(b"k" * 32), calendar, answers, MONDAY_TEN).sealed
        (wrap,) = sealed.wraps
        case_key = unwrap(sealed.id, wrap.wrapped, RECOVERY_PRIVATE)
        route, body = unseal(sealed.id, ENVELOPE_VERSION, sealed.envelope, case_key)
        assert route == "other"
        added = {
            "clear": body["clear"],
            "kept_out": [],
            "readers": access_marks(sealed.wraps),
            "fill": body["fill"],
        }
        assert body == answers.body() | added


def test_two_taps_are_one_report(tablet: Client, databases: Databases, readers: dict[str, str]) -> None:
    nonce = open_form(tablet).value("nonce")
    answers = [send(tablet, nonce=nonce, concern="bullying") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert reports_in(databases) == 1


def test_many_taps_at_once_are_one_report_and_every_tap_is_thanked(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    nonce = open_form(tablet).value("nonce")
    statuses: list[int] = []
    taps = [
        threading.Thread(
            target=lambda: statuses.append(send(tablet, nonce=nonce, concern="site").status_code)
        )
        for _ in range(6)
    ]
    for tap in taps:
        tap.start()
    for tap in taps:
        tap.join()
    assert statuses == [200] * 6
    assert reports_in(databases) == 1


def test_what_the_intake_does_not_take_is_never_thanked_for_and_the_words_stay(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    page = open_form(tablet)
    with nothing_is_taken():
        answer = send(tablet, nonce=page.value("nonce"), concern="bullying", words="please keep me")
    assert answer.status_code == 503
    assert "could NOT save" in answer.text
    assert "0800 1111" in answer.text
    assert "please keep me" in answer.text
    assert "Thank you" not in answer.text
    assert reports_in(databases) == 0


def test_a_reports_database_that_takes_nothing_is_no_reason_to_send_a_child_away(
    tablet: Client, databases: Databases, config: Config, readers: dict[str, str]
) -> None:
    page = open_form(tablet)
    with patch.object(
        transfer, "store_report", side_effect=OperationalError("insert", {}, OSError("locked"))
    ):
        answer = send(tablet, nonce=page.value("nonce"), concern="site", words="still here")
    assert answer.status_code == 200
    assert "Thank you" in answer.text
    assert reports_in(databases) == 0
    transfer_all(config, databases)
    assert reports_in(databases) == 1


def reports_in(databases: Databases) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(Report)) or 0


def test_whoever_is_ticked_gets_neither_the_report_nor_an_alert(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    answer = send_report(tablet, "ks3", concern="bullying", exclude=readers["dsl"], head="no")
    assert answer.status_code == 200
    with databases.reports.session(write=False) as session:
        holders = set(session.scalars(select(ReportReader.reader_id)))
        allowed = {reader.hex for reader in holders - {RECOVERY_ID}}
        addresses = set(session.scalars(select(OutboxRow.address)))
    assert RECOVERY_ID in holders
    assert readers["dsl"] not in allowed
    assert len(allowed) >= 2
    assert len(addresses) == len(allowed)


def test_a_very_large_form_keeps_its_words(tablet: Client, readers: dict[str, str]) -> None:
    answer = send_report(tablet, concern="other", words="word " * (SOFT_LIMIT_BYTES // 4))
    assert answer.status_code == 413
    assert answer.text.count("word ") > SOFT_LIMIT_BYTES // 5
