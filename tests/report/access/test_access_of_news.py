"""Who is news to a reader gets no old report by that reader, and loses none by it either (promise G3)."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.opening import Opener, read_report
from kiosk.report.access.reader_chain import add_version, verified_chain
from kiosk.report.access.renewal import renew_due_keys, step_aside
from kiosk.report.access.renewals_due import renewal_is_due, replace_readers
from kiosk.report.models import Reader, ReportReader
from kiosk.sealing.boxes import public_of
from kiosk.sealing.list_statements import RECOVERY, Recoverer, write
from kiosk.sealing.recovery import RecoverySecret
from tests.factories import EARLY, RECOVERY_SECRET, entry_of
from tests.report.reading_school import (
    TOLD_ON,
    add_released_report,
    change,
    holders,
    opener,
    reader,
    session,
    staff,
)

__all__ = ["session"]

NEW_KEY = b"a new private key of 32 letters!"


def second_version(session: Session, people: list[Reader], sheets: RecoverySecret = RECOVERY_SECRET) -> None:
    """The list goes on with these people."""
    first = verified_chain(session)[-1]
    entries = {one.id.hex: entry_of(one) for one in people}
    recoverer = Recoverer(sheets.public_key, sheets.verify_key)
    keys = {RECOVERY: RECOVERY_SECRET.signing_key}
    add_version(session, write(first, EARLY, entries, recoverer, {"kind": "recovered"}, keys))
    replace_readers(session, people, TOLD_ON)


def who_knows(version: int, name: str = "dsl1") -> Opener:
    """A reader who had seen the list up to this version before."""
    one = opener(name)
    return Opener(one.id, one.roles, one.private_key, TOLD_ON, knows=version)


def wraps(session: Session) -> set[bytes]:
    return set(session.scalars(select(ReportReader.wrapped)))


def test_who_came_since_gets_a_report_only_by_somebody_who_knows_of_them(session: Session) -> None:
    sealed = add_released_report(session)
    second_version(session, staff(dsl3=reader("dsl3", "dsl")))
    assert renew_due_keys(session, who_knows(1)) == 1
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "recovery"}
    assert renewal_is_due(session), "they wait"
    before = wraps(session)
    session.execute(delete(OutboxRow))
    assert renew_due_keys(session, who_knows(1)) == 1
    assert wraps(session) == before, "not written again on every page"
    assert renew_due_keys(session, who_knows(2)) == 1
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "dsl3", "recovery"}
    assert not renewal_is_due(session)


def test_who_has_a_new_key_that_is_news_keeps_their_place_and_brings_in_nobody_else(session: Session) -> None:
    change(session, staff(dsl3=reader("dsl3", "dsl")))
    sealed = add_released_report(session)
    old = read_report(session, sealed.id, opener("dsl1")).case_keys[0]
    renewed = reader("dsl2", "dsl", public_key=public_of(NEW_KEY))
    second_version(session, staff("dsl3", dsl2=renewed))
    assert renew_due_keys(session, who_knows(1)) == 1
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "dsl3", "recovery"}
    assert renew_due_keys(session, who_knows(2)) == 1
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "recovery"}
    again = read_report(session, sealed.id, Opener(renewed.id, {"dsl"}, NEW_KEY))
    assert again.case_keys[1:] == [old], "the forgotten key is out as well"


def test_who_steps_aside_seals_it_for_nobody_who_is_news(session: Session) -> None:
    sealed = add_released_report(session)
    second_version(session, staff(dsl3=reader("dsl3", "dsl")))
    assert [one.name for one in step_aside(session, sealed.id, who_knows(1))] == ["dsl2"]
    assert holders(session, sealed.id) == {"dsl2", "recovery"}
    assert renewal_is_due(session)
    assert renew_due_keys(session, who_knows(2, "dsl2")) == 1
    assert holders(session, sealed.id) == {"dsl2", "dsl3", "recovery"}


def test_who_gained_a_role_since_keeps_reading_what_the_same_key_read(session: Session) -> None:
    change(session, staff(dsl3=reader("dsl3", "dsl")))
    sealed = add_released_report(session)
    second_version(session, staff(dsl2=reader("dsl2", "dsl coordinator"), dsl3=reader("dsl3", "dsl")))
    step_aside(session, sealed.id, who_knows(1))
    mine = Opener(opener("dsl2").id, {"dsl", "coordinator"}, opener("dsl2").private_key, TOLD_ON)
    assert read_report(session, sealed.id, mine).body["concern"] == "friend"


def test_new_sheets_that_are_news_open_nothing_yet(session: Session) -> None:
    sealed = add_released_report(session)
    second_version(session, staff(), RecoverySecret(b"sheets of others"))
    marks = select(ReportReader.key_mark).where(ReportReader.report_id == sealed.id)
    before = set(session.scalars(marks))
    assert renew_due_keys(session, who_knows(1)) == 1
    assert set(session.scalars(marks)) == before
    assert renewal_is_due(session)
    assert renew_due_keys(session, who_knows(2)) == 1
    assert set(session.scalars(marks)) != before
    assert not renewal_is_due(session)
