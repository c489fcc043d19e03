"""Access ends at once when readers change, nothing goes blind, and who was kept out stays out (promises G1, G5)."""

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.mail.messages import MailKind
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import KeyNotGranted, Opener, ReportNotYours, opened_row, read_report
from kiosk.report.access.renewal import renew_due_keys, renew_with_recovery
from kiosk.report.access.renewals_due import renewal_is_due
from kiosk.report.access.sealed_report import KEPT_OUT, store_report
from kiosk.report.access.waiting_for_sign_in import waiting_for_sign_in
from kiosk.report.models import KeyDue, Report
from kiosk.sealing.boxes import public_of
from kiosk.sealing.envelope import EnvelopeBroken, unseal
from tests.factories import RECOVERY_PRIVATE
from tests.report.reading_school import (
    TOLD_ON,
    add_released_report,
    addresses,
    change,
    envelope_of,
    go_on,
    holders,
    id_of,
    note,
    opener,
    readable,
    reader,
    session,
    staff,
)
from tests.report.sealed import RECOVERY, sealed_report

__all__ = ["session"]


def test_a_role_that_is_taken_away_shuts_the_report_at_once_and_the_wrap_goes_once_two_have_the_new_key(
    session: Session,
) -> None:
    sealed = add_released_report(session)
    old_key = read_report(session, sealed.id, opener("dsl1")).case_keys[0]
    change(session, staff("dsl1"))
    assert not readable(session, sealed.id, "dsl1")
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "recovery"}, (
        "kept, so that nothing goes blind (promise G5)"
    )
    assert renewal_is_due(session)
    assert renew_due_keys(session, opener("dsl1")) == 0, "what was kept renews nothing"
    assert renew_due_keys(session, opener("coordinator1")) == 0, "only who can open it can renew it"
    assert renew_due_keys(session, opener("dsl2")) == 1
    assert not renewal_is_due(session)
    assert holders(session, sealed.id) == {"dsl2", "principal1", "recovery"}
    row = session.get_one(Report, sealed.id)
    with pytest.raises(EnvelopeBroken):
        unseal(row.id, row.envelope_version, row.envelope, old_key)


def test_all_holders_exchanged_at_once_leave_nothing_blind_and_those_before_and_now_are_told(
    session: Session,
) -> None:
    """T2: wraps of all readers were deleted before anybody else had the key, and the new chair alone was told."""
    sealed, before = add_released_report(session), staff()
    exchanged = [reader(f"{one.name}b", one.roles) for one in before]
    go_on(session, exchanged)
    whom_the_route_reads = [one for one in (*before, *exchanged) if one.roles != "coordinator"]
    assert addresses(session, MailKind.LATE) == {one.name for one in whom_the_route_reads}
    assert not any(readable(session, sealed.id, one.name) for one in before)
    assert renew_due_keys(session, opener("dsl1b", "dsl")) == 0
    assert waiting_for_sign_in(session, id_of("chair1b"), {"chair"}, TOLD_ON).count == 1
    assert renewal_is_due(session)
    change(session, before)
    assert readable(session, sealed.id, "dsl1")
    assert readable(session, sealed.id, "dsl2")
    assert waiting_for_sign_in(session, id_of("chair1"), {"chair"}, TOLD_ON).count == 0


def test_with_fewer_than_two_able_readers_nothing_is_deleted_until_a_second_one_comes(
    session: Session,
) -> None:
    sealed = add_released_report(session)
    key, envelope = read_report(session, sealed.id, opener("dsl1")).case_keys[0], envelope_of(session, sealed)
    change(session, staff("dsl1", "principal1", "chair1"))
    assert addresses(session, MailKind.CHANGE) == {"dsl1", "dsl2"}, "who had access before is told too"
    assert renewal_is_due(session)
    renew_due_keys(session, opener("dsl2"))
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "recovery"}
    assert not readable(session, sealed.id, "dsl1")
    assert not renewal_is_due(session), "nobody else may have access: it must not keep others waiting"
    assert envelope_of(session, sealed) == envelope
    change(session, staff("dsl1"))
    assert renewal_is_due(session)
    assert renew_due_keys(session, opener("dsl2")) == 1
    assert holders(session, sealed.id) == {"dsl2", "principal1", "recovery"}
    assert not renewal_is_due(session)
    assert read_report(session, sealed.id, opener("dsl2")).case_keys[0] != key


def test_nobody_is_alarmed_where_two_can_read_it_still(session: Session) -> None:
    add_released_report(session)
    change(session, staff("coordinator1", "chair1"))
    assert addresses(session, MailKind.CHANGE) == set()
    assert not renewal_is_due(session)


@pytest.mark.parametrize("reason", ["absent", "waiting"])
def test_somebody_who_is_away_or_still_waits_does_not_count_as_a_second_reader(
    session: Session, reason: str
) -> None:
    if reason == "absent":
        change(session, staff(dsl2=reader("dsl2", "dsl", absent=True)))
        expected = {"dsl1", "dsl2", "principal1", "recovery"}
    else:
        change(session, staff(), dsl2={"from_day": TOLD_ON + timedelta(days=1)})
        expected = {"dsl1", "principal1", "recovery"}
    ring = read_keyring(session, today=TOLD_ON)
    sealed = sealed_report(ring, concern="friend")
    store_report(session, sealed)
    assert holders(session, sealed.id) == expected


def test_the_key_is_renewed_after_somebody_has_gone_even_where_enough_readers_are_left(
    session: Session,
) -> None:
    change(session, staff(dsl3=reader("dsl3", "dsl")))
    sealed = add_released_report(session)
    old_key = read_report(session, sealed.id, opener("dsl1")).case_keys[0]
    change(session, staff("dsl1", dsl3=reader("dsl3", "dsl")))
    assert addresses(session, MailKind.CHANGE) == set()
    assert renew_due_keys(session, opener("dsl3")) == 1
    assert holders(session, sealed.id) == {"dsl2", "dsl3", "recovery"}
    assert read_report(session, sealed.id, opener("dsl2")).case_keys[0] != old_key


def test_somebody_whose_new_role_keeps_them_out_can_open_it_no_more_and_loses_the_wrap(
    session: Session,
) -> None:
    sealed = add_released_report(session, concern="adult", head="yes")
    assert "dsl1" in holders(session, sealed.id)
    change(session, staff("dsl1", dsl1=reader("dsl1", "dsl principal")))
    assert not readable(session, sealed.id, "dsl1")
    assert renew_due_keys(session, opener("chair1")) == 1
    assert holders(session, sealed.id) == {"dsl2", "chair1", "recovery"}


@pytest.mark.parametrize("role", ["dsl", "chair", "chair dsl"])
@pytest.mark.parametrize("given", [{"head": "yes"}, {}, {"head": "unsure"}], ids=str)
def test_the_head_of_then_is_kept_out_for_good_whatever_roles_come_later(
    session: Session, role: str, given: dict[str, str]
) -> None:
    """T1: the accused made somebody else principal and herself the chair's deputy, and was let in (promise G1)."""
    sealed = add_released_report(session, concern="adult", **given)
    change(session, staff(principal1=reader("principal1", role), dsl1=reader("dsl1", "principal")))
    for by_sheets in (False, True):
        note(session, sealed)
        if by_sheets:
            assert renew_with_recovery(session, RECOVERY_PRIVATE) == 1
        else:
            assert renew_due_keys(session, opener("chair1")) == 1
        assert "principal1" not in holders(session, sealed.id)
        with pytest.raises(ReportNotYours):
            read_report(session, sealed.id, opener("principal1", *role.split()))


@pytest.mark.parametrize("renewed_by", ["dsl1", "recovery"])
def test_somebody_who_was_ticked_and_whom_nobody_knew_is_let_in_by_nobody_later(
    session: Session, renewed_by: str
) -> None:
    """T10: an id that was in no list at that moment was dropped, and the person could be let in later (promise G1)."""
    sealed = add_released_report(session, ["dsl3"])
    row = session.get_one(Report, sealed.id)
    assert id_of("dsl3").hex in opened_row(session, row, RECOVERY).body[KEPT_OUT]
    change(session, staff(dsl3=reader("dsl3", "dsl")))
    note(session, sealed)
    if renewed_by == "recovery":
        assert renew_with_recovery(session, RECOVERY_PRIVATE) == 1
    else:
        assert renew_due_keys(session, opener(renewed_by)) == 1
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "chair1", "recovery"}
    assert not readable(session, sealed.id, "dsl3")


def test_alerts_to_somebody_who_has_gone_do_not_leave(session: Session) -> None:
    add_released_report(session)
    change(session, staff("dsl1"))
    assert addresses(session) == {"dsl2"}


def test_a_new_reader_gets_nothing_by_a_day_that_somebody_moved_by_hand(session: Session) -> None:
    """Renewing goes by the day in the sealed text (promise S10)."""
    sealed = add_released_report(session)
    change(session, staff(dsl3=reader("dsl3", "dsl")), dsl3={"reads_from": TOLD_ON + timedelta(days=1)})
    session.get_one(Report, sealed.id).day = TOLD_ON + timedelta(days=2)
    session.merge(KeyDue(report_id=sealed.id))
    session.flush()
    assert renew_due_keys(session, opener("dsl1")) == 1
    assert "dsl3" not in holders(session, sealed.id)
    assert session.get_one(Report, sealed.id).day == TOLD_ON


def test_a_new_reader_reads_from_the_given_day_and_nothing_from_before(session: Session) -> None:
    sealed = add_released_report(session)
    for day, reads in ((TOLD_ON + timedelta(days=1), False), (TOLD_ON, True)):
        session.execute(delete(KeyDue))
        change(session, staff(dsl3=reader("dsl3", "dsl")), dsl3={"reads_from": day})
        assert renewal_is_due(session) is reads
        note(session, sealed)
        renew_due_keys(session, opener("dsl1"))
        assert readable(session, sealed.id, "dsl3") is reads
    later = add_released_report(session)
    assert readable(session, later.id, "dsl3")


def test_a_new_reader_is_let_into_nothing_from_which_the_child_kept_them(session: Session) -> None:
    change(session, staff(dsl3=reader("dsl3", "dsl")))
    sealed = add_released_report(session, ["dsl3"], head="no")
    note(session, sealed)
    assert renew_due_keys(session, opener("dsl1")) == 1
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "principal1", "recovery"}


def test_a_renewed_key_is_let_into_what_its_reader_could_open_before(session: Session) -> None:
    sealed = add_released_report(session)
    new_key = b"a new private key of 32 letters!"
    renewed = reader("dsl1", "dsl", public_key=public_of(new_key))
    change(session, staff("dsl1", dsl1=renewed))
    again = Opener(renewed.id, {"dsl"}, new_key)
    with pytest.raises(KeyNotGranted):
        read_report(session, sealed.id, again)
    assert renew_due_keys(session, again) == 0, "nobody lets in themselves"
    assert renew_due_keys(session, opener("dsl2")) == 1
    assert read_report(session, sealed.id, again).body["concern"] == "friend"
    assert not readable(session, sealed.id, "dsl1"), "the forgotten key opens it no more"
