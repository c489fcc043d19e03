"""Who can open a report as readers come, go and step aside; whom a child ticked never can (promises S4, S5)."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.outbox import OutboxRow
from kiosk.report.access import keys_due, renew_due, renew_with_recovery, replace_readers, step_aside
from kiosk.report.intake import RECOVERY_ID, SealedReport, store
from kiosk.report.keyring import Keyring, read_keyring
from kiosk.report.models import KeyDue, Reader, Report, ReportReader, ReportState
from kiosk.report.opening import (
    KeyNotGranted,
    Opener,
    ReportNotYours,
    opened_row,
    read_report,
    waiting_reports,
)
from kiosk.sealing.boxes import public_of
from kiosk.sealing.envelope import EnvelopeBroken, seal_note, unseal, unseal_note, unwrap
from tests.factories import RECOVERY_PRIVATE, open_zone, private_key_of
from tests.report.sealed import MONDAY_TEN, RECOVERY, sealed_report

TOLD_ON = MONDAY_TEN.date()
ROLES = ("dsl", "dsl", "coordinator", "coordinator", "principal", "chair")


def reader(name: str, role: str, **changes: object) -> Reader:
    """Somebody who reads, with the own key."""
    person_id = uuid.uuid5(uuid.NAMESPACE_OID, name)
    values = {"public_key": public_of(private_key_of(person_id)), "email": f"{name}@school.example"}
    return Reader(**{"id": person_id, "name": name, "roles": role, "reads_from": None} | values | changes)


def staff(*left_out: str, **more: Reader) -> list[Reader]:
    """Everybody of the school but those named: dsl1, dsl2, coordinator1 ... principal1, chair1."""
    names = [f"{role}{ROLES[:place].count(role) + 1}" for place, role in enumerate(ROLES)]
    people = {name: reader(name, name[:-1]) for name in names if name not in left_out}
    return list((people | more).values())


def opener(name: str) -> Opener:
    person_id = uuid.uuid5(uuid.NAMESPACE_OID, name)
    return Opener(person_id, {name.rstrip("0123456789")}, private_key_of(person_id))


@pytest.fixture
def session(reports_session: Session) -> Session:
    """A school of two leads, two coordinators, a principal and a chair."""
    open_zone(reports_session)
    reports_session.add_all(staff())
    reports_session.flush()
    return reports_session


def tell(session: Session, ticked: Sequence[str] = (), **given: Any) -> SealedReport:
    """A child tells, and it has been passed on."""
    exclude = [opener(name).id.hex for name in ticked]
    sealed = sealed_report(read_keyring(session), exclude=exclude, **({"concern": "friend"} | given))
    store(session, sealed)
    session.get_one(Report, sealed.id).state = ReportState.RELEASED
    session.flush()
    return sealed


def holders(session: Session, report_id: uuid.UUID) -> set[str]:
    """Names of everybody who has a wrap of a report."""
    ids = set(session.scalars(select(ReportReader.reader_id).where(ReportReader.report_id == report_id)))
    names = {opener(name).id: name for name in (*[one.name for one in staff()], "new1", "dsl3")}
    return {"recovery" if one == RECOVERY_ID else names[one] for one in ids}


def readable(session: Session, report_id: uuid.UUID, name: str) -> bool:
    """Whether somebody can open a report with the own key."""
    try:
        read_report(session, report_id, opener(name))
    except (ReportNotYours, KeyNotGranted):
        return False
    return True


def addresses(session: Session) -> set[str]:
    return {address.partition("@")[0] for address in session.scalars(select(OutboxRow.address))}


@pytest.mark.parametrize("ticked", ["dsl1", "coordinator1", "principal1", "chair1"])
def test_whom_the_child_ticked_has_no_wrap_no_list_no_words_and_no_alert(
    session: Session, ticked: str
) -> None:
    sealed = tell(session, [ticked])
    assert ticked not in holders(session, sealed.id)
    assert len(holders(session, sealed.id) - {"recovery"}) >= 2
    assert not readable(session, sealed.id, ticked)
    assert ticked not in addresses(session)
    every_role = {"dsl", "coordinator", "principal", "chair"}
    assert waiting_reports(session, opener(ticked).id, every_role) == []
    for wrap in sealed.wraps:  # not even with the database in hand
        with pytest.raises(EnvelopeBroken):
            unwrap(sealed.id, wrap.wrapped, opener(ticked).private_key)


def test_too_few_readers_bring_in_the_next_of_the_route_and_at_last_the_chair(session: Session) -> None:
    assert holders(session, tell(session).id) == {"dsl1", "dsl2", "recovery"}
    assert holders(session, tell(session, ["principal1"], concern="adult").id) == {
        "dsl1",
        "dsl2",
        "chair1",
        "recovery",
    }
    about_both = tell(session, ["principal1", "dsl1"], concern="adult")
    assert holders(session, about_both.id) == {"dsl2", "chair1", "recovery"}


def test_where_a_route_has_one_able_reader_left_the_chair_joins(session: Session) -> None:
    keyless = [opener(name).id for name in ("dsl2", "principal1")]
    session.execute(update(Reader).where(Reader.id.in_(keyless)).values(public_key=None))
    assert holders(session, tell(session).id) == {"dsl1", "chair1", "recovery"}


def test_with_nobody_left_it_is_sealed_for_recovery_and_the_chair_is_told(session: Session) -> None:
    session.execute(update(Reader).values(public_key=None))
    sealed = tell(session)
    assert holders(session, sealed.id) == {"recovery"}
    assert addresses(session) == {"chair1"}
    row = session.get_one(Report, sealed.id)
    assert opened_row(session, row, RECOVERY).body["concern"] == "friend"


def test_with_nobody_left_and_the_chair_ticked_somebody_else_is_told(session: Session) -> None:
    session.execute(update(Reader).values(public_key=None))
    tell(session, ["chair1"])
    assert addresses(session) == {"dsl1", "dsl2", "coordinator1", "coordinator2", "principal1"}


def test_stepping_aside_renews_the_key_and_the_old_one_opens_nothing_of_it(session: Session) -> None:
    sealed = tell(session)
    old_key = read_report(session, sealed.id, opener("dsl1")).case_keys[0]
    note = seal_note(old_key, "From before.")
    left = step_aside(session, sealed.id, opener("dsl1"))
    assert {one.name for one in left} == {"dsl2", "principal1"}
    assert holders(session, sealed.id) == {"dsl2", "principal1", "recovery"}
    row = session.get_one(Report, sealed.id)
    with pytest.raises(EnvelopeBroken):
        unseal(row.id, row.route, row.envelope_version, row.envelope, old_key)
    again = read_report(session, sealed.id, opener("dsl2"))
    assert again.case_keys[0] != old_key
    assert unseal_note(again.case_keys, note) == "From before."
    with pytest.raises(EnvelopeBroken):
        unseal_note([old_key], seal_note(again.case_keys[0], "From after."))
    assert "principal1" in addresses(session), "who is let in is told"


def test_who_stepped_aside_is_let_in_by_nobody_again(session: Session) -> None:
    sealed = tell(session)
    step_aside(session, sealed.id, opener("dsl1"))
    replace_readers(session, staff("dsl2", "principal1", "chair1", "coordinator1", "coordinator2"))
    renew_with_recovery(session, RECOVERY_PRIVATE)
    assert holders(session, sealed.id) == {"recovery"}


def test_a_role_that_is_taken_away_takes_the_wrap_at_once_and_the_next_reader_renews_the_key(
    session: Session,
) -> None:
    sealed = tell(session)
    old_key = read_report(session, sealed.id, opener("dsl1")).case_keys[0]
    replace_readers(session, staff("dsl1"))
    assert holders(session, sealed.id) == {"dsl2", "recovery"}
    assert not readable(session, sealed.id, "dsl1")
    assert keys_due(session)
    assert renew_due(session, opener("coordinator1")) == 0, "only who can open it can renew it"
    assert renew_due(session, opener("dsl2")) == 1
    assert not keys_due(session)
    assert holders(session, sealed.id) == {"dsl2", "principal1", "recovery"}
    row = session.get_one(Report, sealed.id)
    with pytest.raises(EnvelopeBroken):
        unseal(row.id, row.route, row.envelope_version, row.envelope, old_key)


def test_the_key_is_renewed_after_somebody_has_gone_even_where_enough_readers_are_left(
    session: Session,
) -> None:
    session.add(reader("dsl3", "dsl"))
    session.flush()
    sealed = tell(session)
    old_key = read_report(session, sealed.id, opener("dsl1")).case_keys[0]
    replace_readers(session, staff("dsl1", dsl3=reader("dsl3", "dsl")))
    assert renew_due(session, opener("dsl3")) == 1
    assert holders(session, sealed.id) == {"dsl2", "dsl3", "recovery"}
    assert read_report(session, sealed.id, opener("dsl2")).case_keys[0] != old_key


def test_somebody_whose_new_role_keeps_them_out_loses_the_wrap_too(session: Session) -> None:
    sealed = tell(session, concern="adult", head="yes")
    assert "dsl1" in holders(session, sealed.id)
    replace_readers(session, staff("dsl1", dsl1=reader("dsl1", "dsl principal")))
    assert "dsl1" not in holders(session, sealed.id)


def test_alerts_to_somebody_who_has_gone_do_not_leave(session: Session) -> None:
    tell(session)
    replace_readers(session, staff("dsl1"))
    assert addresses(session) == {"dsl2"}


def test_a_new_reader_reads_from_the_given_day_and_nothing_from_before(session: Session) -> None:
    sealed = tell(session)
    for day, reads in ((TOLD_ON + timedelta(days=1), False), (TOLD_ON, True)):
        session.execute(delete(KeyDue))
        replace_readers(session, staff(dsl3=reader("dsl3", "dsl", reads_from=day)))
        assert keys_due(session) is reads
        session.merge(KeyDue(report_id=sealed.id))
        session.flush()
        renew_due(session, opener("dsl1"))
        assert readable(session, sealed.id, "dsl3") is reads
    later = tell(session)
    assert readable(session, later.id, "dsl3")


def test_a_new_reader_is_let_into_nothing_from_which_the_child_kept_them(session: Session) -> None:
    session.add(reader("dsl3", "dsl", reads_from=date(2026, 1, 1)))
    session.flush()
    sealed = tell(session, ["dsl3"])
    session.merge(KeyDue(report_id=sealed.id))
    session.flush()
    assert renew_due(session, opener("dsl1")) == 1
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "principal1", "recovery"}


def test_a_renewed_key_is_let_into_what_its_reader_could_open_before(session: Session) -> None:
    sealed = tell(session)
    new_key = b"a new private key of 32 letters!"
    renewed = reader("dsl1", "dsl", public_key=public_of(new_key))
    replace_readers(session, staff("dsl1", dsl1=renewed))
    again = Opener(renewed.id, {"dsl"}, new_key)
    with pytest.raises(KeyNotGranted):
        read_report(session, sealed.id, again)
    assert renew_due(session, again) == 0, "nobody lets in themselves"
    assert renew_due(session, opener("dsl2")) == 1
    assert read_report(session, sealed.id, again).body["concern"] == "friend"
    assert not readable(session, sealed.id, "dsl1"), "the forgotten key opens it no more"


@pytest.mark.parametrize("ticked", ["dsl1", "principal1", "chair1"])
def test_the_recovery_key_lets_readers_in_again_and_never_whom_the_child_ticked(
    session: Session, ticked: str
) -> None:
    sealed = tell(session, [ticked], concern="adult")
    session.execute(delete(ReportReader).where(ReportReader.reader_id != RECOVERY_ID))
    assert renew_with_recovery(session, RECOVERY_PRIVATE) == 1
    assert ticked not in holders(session, sealed.id)
    assert len(holders(session, sealed.id) - {"recovery"}) >= 2
    assert "dsl2" in holders(session, sealed.id)
    assert ticked not in addresses(session)


def test_a_wrong_recovery_key_lets_nobody_in(session: Session) -> None:
    sealed = tell(session)
    session.execute(delete(ReportReader).where(ReportReader.reader_id != RECOVERY_ID))
    assert renew_with_recovery(session, b"x" * 32) == 0
    assert holders(session, sealed.id) == {"recovery"}


def test_what_is_closed_is_left_as_it_is(session: Session) -> None:
    sealed = tell(session)
    session.get_one(Report, sealed.id).state = ReportState.CLOSED
    session.flush()
    before = session.get_one(Report, sealed.id).envelope
    assert renew_with_recovery(session, RECOVERY_PRIVATE) == 0
    assert session.get_one(Report, sealed.id).envelope == before


def test_a_keyring_without_anybody_seals_for_nobody_twice(session: Session) -> None:
    ring = Keyring(read_keyring(session).readers, public_of(RECOVERY_PRIVATE), True)
    assert len({wrap.reader_id for wrap in sealed_report(ring).wraps}) == len(sealed_report(ring).wraps)
