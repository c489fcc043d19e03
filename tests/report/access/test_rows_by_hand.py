"""Rows written by hand into the reports database make nobody a reader and hide no report (promises G1, S4, S10)."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.mail.messages import MailKind
from kiosk.report.access.opening import OpenedRow, opened_row, read_report, set_closed
from kiosk.report.access.renewal import renew_due_keys, renew_with_recovery
from kiosk.report.access.sealed_report import READERS, RECOVERY_ID, access_marks
from kiosk.report.integrity_check import check_reports, unchecked_reports
from kiosk.report.models import KeyDue, Report, ReportReader, ReportState
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.sealing.reader_key import mark_of
from tests.factories import RECOVERY_PRIVATE
from tests.report.reading_school import (
    TOLD_ON,
    add_released_report,
    addresses,
    change,
    envelope_of,
    holders,
    id_of,
    note,
    opener,
    readable,
    reader,
    session,
    staff,
)
from tests.report.sealed import RECOVERY

__all__ = ["session"]

LATER = {"reads_from": TOLD_ON + timedelta(days=1)}


def opened(session: Session, report_id: object) -> OpenedRow:
    """A report, opened with two sheets whatever its rows say."""
    return opened_row(session, session.get_one(Report, report_id), RECOVERY)


def add_by_hand(session: Session, report_id: object, *names: str) -> None:
    """Rows with nothing in them, as somebody with the database can write them, with the true marks of the keys."""
    for name in names:
        own = mark_of(reader(name, "").public_key or b"")
        session.add(ReportReader(report_id=report_id, reader_id=id_of(name), key_mark=own, wrapped=b"x"))
    session.flush()


@pytest.mark.parametrize("by", ["dsl1", "sheets"])
def test_a_row_by_hand_becomes_no_key_at_the_next_honest_visit_and_is_gone_after_it(
    session: Session, by: str
) -> None:
    """Head and chair may be given any report by role; whoever had a row was taken for a reader of it."""
    sealed = add_released_report(session, concern="images")
    add_by_hand(session, sealed.id, "principal1", "chair1")
    note(session, sealed)
    if by == "sheets":
        assert renew_with_recovery(session, RECOVERY_PRIVATE) == 1
    else:
        assert renew_due_keys(session, opener("dsl1")) == 1
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "recovery"}
    assert not any(readable(session, sealed.id, name) for name in ("principal1", "chair1"))


def test_a_row_by_hand_gives_nothing_by_any_change_of_roles_that_follows(session: Session) -> None:
    sealed = add_released_report(session, concern="images")
    for people in (staff(dsl3=reader("dsl3", "dsl")), staff(), staff("coordinator1")):
        add_by_hand(session, sealed.id, "principal1")
        change(session, people)
        note(session, sealed)
        assert renew_due_keys(session, opener("dsl1")) == 1
        assert "principal1" not in holders(session, sealed.id)
    change(session, staff("coordinator1", coordinator1=reader("coordinator1", "dsl")), coordinator1=LATER)
    add_by_hand(session, sealed.id, "coordinator1")
    note(session, sealed)
    assert renew_due_keys(session, opener("dsl1")) == 1
    assert "coordinator1" not in holders(session, sealed.id), "who reads from a later day on"


def test_nobody_is_named_as_a_reader_for_a_row_by_hand(session: Session) -> None:
    sealed = add_released_report(session, concern="images")
    add_by_hand(session, sealed.id, "principal1")
    report = read_report(session, sealed.id, opener("dsl1"))
    assert [one.name for one in report.readers] == ["dsl1", "dsl2"]


def test_the_sealed_text_says_after_each_renewal_who_has_access(session: Session) -> None:
    sealed = add_released_report(session)
    assert opened(session, sealed.id).body[READERS] == access_marks(sealed.wraps)
    for people in (staff(dsl3=reader("dsl3", "dsl")), staff("dsl2"), staff("dsl1", "dsl2"), staff()):
        change(session, people)
        renew_due_keys(session, opener("dsl1"))
        rows = session.scalars(select(ReportReader).where(ReportReader.report_id == sealed.id)).all()
        held = sorted(one.reader_id.hex + one.key_mark.hex() for one in rows)
        assert opened(session, sealed.id).body[READERS] == held
        assert RECOVERY_ID in {one.reader_id for one in rows}


def test_a_report_that_is_closed_by_hand_is_opened_again_told_of_and_given_to_a_new_key(
    session: Session,
) -> None:
    """Renewals and the sheets passed over it, so that a key of later never opened it."""
    sealed = add_released_report(session)
    session.get_one(Report, sealed.id).state = ReportState.CLOSED
    change(session, staff(dsl3=reader("dsl3", "dsl")))
    assert session.get(KeyDue, sealed.id) is None
    assert check_reports(session, opener("dsl1"), unchecked_reports(session, opener("dsl1")))
    assert session.get_one(Report, sealed.id).state is ReportState.OPENED
    assert addresses(session, MailKind.STOP) >= {"dsl1", "dsl2", "chair1"}
    assert renew_due_keys(session, opener("dsl1")) == 1
    assert readable(session, sealed.id, "dsl3")


def test_the_sheets_give_access_to_what_was_closed_by_hand(session: Session) -> None:
    sealed = add_released_report(session)
    session.get_one(Report, sealed.id).state = ReportState.CLOSED
    change(session, staff(dsl3=reader("dsl3", "dsl")))
    assert renew_with_recovery(session, RECOVERY_PRIVATE) == 1
    assert readable(session, sealed.id, "dsl3")


def test_what_staff_have_closed_stays_closed_and_is_renewed_again_once_it_is_reopened(
    session: Session,
) -> None:
    sealed = add_released_report(session)
    set_closed(session, read_report(session, sealed.id, opener("dsl1")), closed=True)
    session.flush()
    before = envelope_of(session, sealed)
    note(session, sealed)
    for name in ("dsl1", "dsl2"):
        assert not check_reports(session, opener(name), unchecked_reports(session, opener(name)))
        assert renew_due_keys(session, opener(name)) == 0
    assert session.get(KeyDue, sealed.id) is None
    assert envelope_of(session, sealed) == before
    assert addresses(session, MailKind.STOP) == set()
    set_closed(session, read_report(session, sealed.id, opener("dsl1")), closed=False)
    note(session, sealed)
    assert not check_reports(session, opener("dsl1"), unchecked_reports(session, opener("dsl1")))
    assert renew_due_keys(session, opener("dsl1")) == 1


def test_what_staff_have_closed_and_somebody_opens_by_hand_is_closed_again(session: Session) -> None:
    sealed = add_released_report(session)
    set_closed(session, read_report(session, sealed.id, opener("dsl1")), closed=True)
    session.get_one(Report, sealed.id).state = ReportState.RELEASED
    session.flush()
    assert check_reports(session, opener("dsl2"), unchecked_reports(session, opener("dsl2")))
    assert session.get_one(Report, sealed.id).state is ReportState.CLOSED


def test_who_closes_what_was_renewed_meanwhile_seals_it_with_no_key_that_nobody_has(session: Session) -> None:
    sealed = add_released_report(session)
    before = read_report(session, sealed.id, opener("dsl1"))
    change(session, staff("dsl2"))
    assert renew_due_keys(session, opener("dsl1")) == 1
    with pytest.raises(EnvelopeBroken):
        set_closed(session, before, closed=True)
    assert read_report(session, sealed.id, opener("dsl1")).body["concern"] == "friend"
