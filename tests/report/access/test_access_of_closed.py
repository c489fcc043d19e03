"""What is closed can be opened again with the sheets in use, whoever has gone since (promises G5, S6)."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.opening import read_report, set_closed
from kiosk.report.access.renewal import renew_due_keys, renew_with_recovery
from kiosk.report.access.renewals_due import note_due_renewals, renewal_is_due
from kiosk.report.access.sealed_report import SealedReport
from kiosk.report.models import KeyDue, Report, ReportReader, ReportState
from kiosk.sealing.recovery import RecoverySecret
from tests.factories import RECOVERY_PRIVATE
from tests.report.access.test_access_of_news import second_version, who_knows
from tests.report.reading_school import (
    TOLD_ON,
    add_released_report,
    addresses,
    change,
    go_on,
    holders,
    opener,
    readable,
    reader,
    session,
    staff,
)

__all__ = ["session"]
NEW_SHEETS = RecoverySecret(b"the secret of the newer sheets..")


def closed(session: Session, *ticked: str) -> SealedReport:
    """A report whose case is closed."""
    sealed = add_released_report(session, ticked)
    set_closed(session, read_report(session, sealed.id, opener("dsl1")), closed=True)
    session.flush()
    return sealed


def test_new_sheets_open_what_was_closed_before_them_once_a_reader_has_seen_them(session: Session) -> None:
    sealed = closed(session)
    second_version(session, staff(), NEW_SHEETS)
    assert renew_due_keys(session, who_knows(1)) == 0, "sheets that are news get nothing yet"
    assert renewal_is_due(session)
    assert renew_due_keys(session, who_knows(2)) == 1
    assert not renewal_is_due(session)
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "recovery"}, "nobody comes in by it"
    assert readable(session, sealed.id, "dsl2")
    session.execute(delete(ReportReader).where(ReportReader.reader_id == opener("dsl1").id))
    assert renew_with_recovery(session, RECOVERY_PRIVATE) == 0, "the old sheets open it no more"
    assert renew_with_recovery(session, NEW_SHEETS.private_key) == 1
    assert "dsl1" in holders(session, sealed.id)


def test_a_closed_report_that_no_reader_can_open_any_more_waits_for_nobody(session: Session) -> None:
    closed(session)
    session.execute(
        delete(ReportReader).where(ReportReader.reader_id.in_([opener(n).id for n in ("dsl1", "dsl2")]))
    )
    second_version(session, staff(), NEW_SHEETS)
    assert not renewal_is_due(session)


def test_two_sheets_give_closed_reports_to_the_readers_of_now_and_nobody_gets_a_mail(
    session: Session,
) -> None:
    sealed, kept = closed(session), closed(session, "dsl2")
    new = [reader("dsl3", "dsl"), *staff("dsl1")]
    go_on(session, new)
    session.execute(delete(OutboxRow))
    assert not readable(session, sealed.id, "dsl3")
    assert renew_with_recovery(session, RECOVERY_PRIVATE, TOLD_ON) == 2
    assert readable(session, sealed.id, "dsl3")
    assert "dsl2" not in holders(session, kept.id), "whom the child ticked stays outside"
    assert addresses(session) == set()
    states = session.scalars(select(Report.state)).all()
    assert set(states) == {ReportState.CLOSED}
    assert read_report(session, sealed.id, opener("dsl3")).closed


def test_what_is_closed_is_due_for_no_change_of_readers(session: Session) -> None:
    sealed = closed(session)
    change(session, staff("dsl1"))
    note_due_renewals(session, TOLD_ON)
    assert session.scalars(select(KeyDue.report_id)).all() == []
    assert "dsl1" in holders(session, sealed.id)
