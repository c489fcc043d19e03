"""Merging: what is due comes to staff whole, each thing once, whoever is killed or in the way."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import delete, event, select, update
from sqlalchemy.exc import OperationalError

from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.sealed_report import store_report
from kiosk.report.intake import transfer
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.store import IntakeStore, SealedItem
from kiosk.report.intake.transfer import forget_imported_ids, transfer_quietly
from kiosk.report.models import ImportedId, Reader, ReaderList, Report, ReportReader, ReportState, Thread
from kiosk.report.setup import zone_of
from kiosk.storage.db import Databases
from tests.report.intake_school import AFTER_ITS_END, BEFORE_ITS_END, Intake, made
from tests.report.sealed import KEY, MONDAY_TEN, sealed_report, words_of

AWAY = OperationalError("connect", {}, ConnectionRefusedError())


@pytest.fixture
def intake(config: Config, databases: Databases, readers: dict[str, str]) -> Iterator[Intake]:
    yield from made(config, databases)


def test_a_report_waits_for_the_end_of_its_slot_and_one_in_danger_for_nothing(intake: Intake) -> None:
    calm, urgent = intake.tell(), intake.tell(danger="yes")
    assert intake.merge(BEFORE_ITS_END)
    assert [row.id for row in intake.merged()] == [urgent.id]
    assert not intake.merge(BEFORE_ITS_END)
    assert intake.merge(AFTER_ITS_END)
    assert {row.id for row in intake.merged()} == {calm.id, urgent.id}
    assert intake.held() == 0


def test_an_urgent_merge_takes_urgent_things_alone(intake: Intake) -> None:
    intake.tell()
    urgent = intake.tell(danger="yes")
    assert intake.merge(AFTER_ITS_END, urgent_alone=True)
    assert [row.id for row in intake.merged()] == [urgent.id]


def test_it_comes_whole_with_its_alerts_and_its_way_back(intake: Intake) -> None:
    sealed = intake.tell(reply="yes", words="kept")
    intake.merge()
    (row,) = intake.merged()
    assert (row.id, row.day, row.slot, row.route) == (sealed.id, sealed.day, sealed.slot, sealed.route)
    assert (row.envelope, row.urgent, row.retention) == (sealed.envelope, sealed.urgent, sealed.retention)
    assert row.state is ReportState.RELEASED
    assert intake.count(ReportReader) == len(sealed.wraps)
    assert intake.alerts() == sorted(sealed.alerts) != []
    assert intake.count(Thread) == 1
    with intake.databases.reports.session(write=False) as session:
        assert words_of(session) == ["kept"]


def test_everything_of_one_merge_is_written_in_the_order_of_the_ids(intake: Intake) -> None:
    came = [intake.tell().id for _ in range(12)]
    written: list[uuid.UUID] = []

    def noted(connection: Any, sealed: Any) -> None:
        written.append(sealed.id)
        store_report(connection, sealed)

    with patch.object(transfer, "store_report", noted):
        intake.merge()
    assert written == sorted(came) != came


def test_a_merge_that_is_killed_between_commit_and_forgetting_is_done_again_and_nothing_is_there_twice(
    intake: Intake,
) -> None:
    sealed = intake.tell(reply="yes")
    with patch.object(IntakeStore, "forget", side_effect=SystemExit), pytest.raises(SystemExit):
        intake.merge()
    assert intake.held() == 1
    assert intake.merge()
    assert (intake.held(), len(intake.merged()), intake.count(Thread)) == (0, 1, 1)
    assert intake.alerts() == sorted(sealed.alerts)


def test_what_staff_did_meanwhile_is_not_undone_by_a_second_merge(intake: Intake) -> None:
    sealed = intake.tell()
    intake.merge()
    with intake.databases.reports.write() as session:
        session.get_one(Report, sealed.id).state = ReportState.OPENED
        session.execute(delete(OutboxRow))
    intake.intake_store.put(seal_report_item(KEY, sealed))
    assert intake.merge()
    assert [row.state for row in intake.merged()] == [ReportState.OPENED]
    assert intake.alerts() == []


def test_what_was_deleted_does_not_come_back_from_an_intake_that_was_away(intake: Intake) -> None:
    sealed = intake.tell()
    intake.merge()
    with intake.databases.reports.write() as session:
        session.execute(delete(Report))
    intake.intake_store.put(seal_report_item(KEY, sealed))
    intake.merge()
    assert (intake.merged(), intake.held()) == ([], 0)


def test_ids_are_kept_for_sixty_days(intake: Intake) -> None:
    intake.tell()
    intake.merge()
    day = MONDAY_TEN.date()
    for days, left in ((60, 1), (61, 0)):
        with intake.databases.reports.write() as session:
            forget_imported_ids(session, day + timedelta(days=days))
        assert intake.count(ImportedId) == left


def test_two_words_of_one_child_have_a_thread_each(intake: Intake) -> None:
    for words in ("one", "another"):
        intake.tell(nonce="the same nonce of both", reply="yes", words=words)
    intake.merge()
    assert (len(intake.merged()), intake.count(Thread)) == (2, 2)


def test_whoever_has_left_since_gets_no_mail(intake: Intake) -> None:
    sealed = intake.tell()
    gone = sealed.alerts[0]
    with intake.databases.reports.write() as session:
        session.execute(delete(Reader).where(Reader.email == gone))
    intake.merge()
    assert intake.alerts() == sorted(set(sealed.alerts) - {gone})


def test_a_list_that_does_not_count_silences_no_alert(intake: Intake) -> None:
    """One row changed by hand would have muted every alert; what was sealed went by the list in memory."""
    sealed = intake.tell(danger="yes")
    with intake.databases.reports.write() as session:
        session.execute(update(ReaderList).values(signatures="{}"))
    intake.merge()
    assert intake.alerts() == sorted(sealed.alerts) != []


def test_where_readers_have_changed_since_it_was_sealed_reports_are_looked_through_again(
    intake: Intake,
) -> None:
    intake.tell()
    with intake.databases.reports.write() as session:
        zone_of(session).noted_version = 3
        session.execute(update(Reader).where(Reader.roles == "dsl").values(absent=True))
    intake.merge()
    with intake.databases.reports.session(write=False) as session:
        assert zone_of(session).noted_version == 0


def test_with_the_readers_of_then_nothing_is_looked_through(intake: Intake) -> None:
    with intake.databases.reports.write() as session:
        zone_of(session).noted_version = 3
    intake.tell()
    intake.merge()
    with intake.databases.reports.session(write=False) as session:
        assert zone_of(session).noted_version == 3


def test_of_what_staff_had_a_mail_they_get_no_second_one(intake: Intake) -> None:
    urgent = intake.tell(danger="yes")
    intake.intake_store.mark_mailed([urgent.id])
    intake.merge()
    assert ([row.id for row in intake.merged()], intake.alerts()) == ([urgent.id], [])


def test_one_that_the_database_refuses_keeps_no_other_out(intake: Intake) -> None:
    bad = intake.tell(words="bad")
    good = {intake.tell().id for _ in range(4)}

    def refusing(connection: Any, sealed: Any) -> None:
        if sealed.id == bad.id:
            raise ValueError("refused")
        store_report(connection, sealed)

    with patch.object(transfer, "store_report", refusing):
        assert intake.merge()
    assert {row.id for row in intake.merged()} == good
    assert intake.held() == 1
    intake.merge()
    assert {row.id for row in intake.merged()} == good | {bad.id}


def test_what_cannot_be_opened_stays_and_keeps_no_other_out(intake: Intake) -> None:
    broken = seal_report_item(KEY, sealed_report())
    intake.intake_store.put(SealedItem(**vars(broken) | {"sealed": b"changed by hand"}))
    good = intake.tell()
    assert intake.merge()
    assert [row.id for row in intake.merged()] == [good.id]
    assert intake.held() == 1
    with (
        patch.object(transfer, "_store_all") as brought,
        patch.object(IntakeStore, "remove_traces") as tidied,
    ):
        assert not intake.merge(), "from then on it costs no page a lock or a rewriting"
    brought.assert_not_called()
    tidied.assert_not_called()


def test_a_slot_that_cannot_be_true_is_due_at_once_and_the_sealed_one_counts(intake: Intake) -> None:
    sealed = sealed_report(intake.ring)
    later = SealedItem(**vars(seal_report_item(KEY, sealed)) | {"due": MONDAY_TEN + timedelta(days=400)})
    intake.intake_store.put(later)
    assert intake.merge(BEFORE_ITS_END)
    assert [row.day for row in intake.merged()] == [sealed.day]


def test_a_database_that_is_away_loses_nothing(intake: Intake) -> None:
    for _ in range(3):
        intake.tell()
    with patch.object(transfer, "read_keyring", side_effect=AWAY), pytest.raises(OperationalError):
        intake.merge()
    assert (intake.merged(), intake.held()) == ([], 3)
    intake.merge()
    assert len(intake.merged()) == 3


@pytest.mark.parametrize("error", [AWAY, OSError(5, "the disk"), RuntimeError("whatever")])
def test_a_page_shows_what_there_is_whatever_goes_wrong(intake: Intake, error: Exception) -> None:
    intake.tell()
    with patch.object(transfer, "transfer_due", side_effect=error):
        transfer_quietly(intake, intake.databases.reports, AFTER_ITS_END)
    assert intake.held() == 1


def test_a_page_merges_some_urgent_ones_first_and_the_worker_the_rest(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "MOST_FOR_A_PAGE", 5)
    calm = sorted(intake.tell().id for _ in range(20))
    urgent = [intake.tell(danger="yes").id for _ in range(2)]

    def seen_by_a_page() -> set[uuid.UUID]:
        transfer_quietly(intake, intake.databases.reports, AFTER_ITS_END)
        return {row.id for row in intake.merged()}

    assert seen_by_a_page() == {*urgent, *calm[:3]}, "by random ids: nothing says who came early"
    assert seen_by_a_page() == {*urgent, *calm[:8]}
    assert intake.merge(AFTER_ITS_END)
    assert {row.id for row in intake.merged()} == {*urgent, *calm}
    assert intake.held() == 0


def test_an_empty_intake_costs_the_reports_database_nothing(intake: Intake) -> None:
    asked: list[str] = []
    event.listen(
        intake.databases.reports.engine, "before_cursor_execute", lambda *given: asked.append(given[2])
    )
    assert not intake.merge()
    assert asked == []


def test_more_than_fits_one_statement_is_merged_all_the_same(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.mail.outbox.CHUNK", 3)
    told = {intake.tell().id for _ in range(8)}
    intake.merge()
    with intake.databases.reports.session(write=False) as session:
        assert set(session.scalars(select(Report.id))) == told
