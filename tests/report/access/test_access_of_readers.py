"""Who can open a report; whom a child ticked never can, nor a stranger in the database (promises S4, G1, G3)."""

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.mail.messages import MailKind
from kiosk.report.access.keyring import Keyring, read_keyring
from kiosk.report.access.opening import KeyNotGranted, Opener, count_waiting, opened_row, read_report
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.access.renewal import ReaderListChanged, renew_due_keys, renew_with_recovery, step_aside
from kiosk.report.access.renewals_due import replace_readers
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.models import Report, ReportReader
from kiosk.sealing.boxes import public_of
from kiosk.sealing.envelope import EnvelopeBroken, seal_note, unseal, unseal_note, unwrap
from tests.factories import RECOVERY_PRIVATE
from tests.report.reading_school import (
    TOLD_ON,
    add_released_report,
    addresses,
    change,
    envelope_of,
    holders,
    id_of,
    listed,
    note,
    opener,
    readable,
    reader,
    session,
    staff,
)
from tests.report.sealed import RECOVERY, sealed_report

__all__ = ["session"]


@pytest.mark.parametrize("head", ["", "no"])
@pytest.mark.parametrize("ticked", ["dsl1", "coordinator1", "principal1", "chair1"])
def test_whom_the_child_ticked_has_no_wrap_no_list_no_words_and_no_alert(
    session: Session, ticked: str, head: str
) -> None:
    sealed = add_released_report(session, [ticked], head=head)
    assert ticked not in holders(session, sealed.id)
    assert len(holders(session, sealed.id) - {"recovery"}) >= 2
    assert not readable(session, sealed.id, ticked)
    assert ticked not in addresses(session)
    every_role = {"dsl", "coordinator", "principal", "chair"}
    assert count_waiting(session, opener(ticked).id, every_role, 1) == 0
    for wrap in sealed.wraps:  # not even with the database in hand
        with pytest.raises(EnvelopeBroken):
            unwrap(sealed.id, wrap.wrapped, opener(ticked).private_key)


def test_too_few_readers_bring_in_the_next_of_the_route_and_at_last_the_chair(session: Session) -> None:
    assert holders(session, add_released_report(session).id) == {"dsl1", "dsl2", "recovery"}
    assert holders(session, add_released_report(session, ["principal1"], concern="adult").id) == {
        "dsl1",
        "dsl2",
        "chair1",
        "recovery",
    }
    about_both = add_released_report(session, ["principal1", "dsl1"], concern="adult")
    assert holders(session, about_both.id) == {"dsl2", "chair1", "recovery"}
    about_the_leads = add_released_report(session, ["dsl1", "dsl2"], concern="adult", head="no")
    assert holders(session, about_the_leads.id) == {"principal1", "chair1", "recovery"}


def test_a_grown_up_of_whom_nothing_is_said_is_read_by_lead_and_chair_and_no_by_the_head_too(
    session: Session,
) -> None:
    """T8: what was told about "a grown-up" was sealed for the principal, who may be meant (promise G2)."""
    unsaid, no = (
        add_released_report(session, concern="adult"),
        add_released_report(session, concern="adult", head="no"),
    )
    assert holders(session, unsaid.id) == {"dsl1", "dsl2", "chair1", "recovery"}
    assert holders(session, no.id) == {"dsl1", "dsl2", "principal1", "recovery"}
    ticked = add_released_report(session, ["coordinator1"], concern="bullying")
    assert holders(session, ticked.id) == {"dsl1", "dsl2", "chair1", "recovery"}


def test_where_a_route_has_one_able_reader_left_the_chair_joins(session: Session) -> None:
    change(session, staff("dsl2", "principal1"))
    assert holders(session, add_released_report(session).id) == {"dsl1", "chair1", "recovery"}


def test_with_nobody_left_it_is_sealed_for_recovery_and_the_chair_is_told(session: Session) -> None:
    listed(session, [])
    sealed = add_released_report(session)
    assert holders(session, sealed.id) == {"recovery"}
    assert addresses(session) == {"chair1"}
    row = session.get_one(Report, sealed.id)
    assert opened_row(session, row, RECOVERY).body["concern"] == "friend"


def test_with_nobody_left_and_the_chair_ticked_somebody_else_is_told(session: Session) -> None:
    """As it may be the head, the head is not told either (promise G1)."""
    listed(session, [])
    add_released_report(session, ["chair1"])
    assert addresses(session) == {"dsl1", "dsl2", "coordinator1", "coordinator2"}


def test_somebody_in_the_copy_of_readers_who_is_not_in_the_list_gets_nothing(session: Session) -> None:
    """T5: rows of the database alone make nobody a reader (promise G3)."""
    sealed = add_released_report(session)
    replace_readers(session, staff(dsl3=reader("dsl3", "dsl chair")), TOLD_ON)
    note(session, sealed)
    assert renew_due_keys(session, opener("dsl1")) == 1
    assert renew_with_recovery(session, RECOVERY_PRIVATE) == 1
    for report in (sealed, add_released_report(session)):
        assert holders(session, report.id) == {"dsl1", "dsl2", "recovery"}


def test_a_strange_key_in_the_copy_of_readers_gets_nothing_and_the_key_in_the_list_everything(
    session: Session,
) -> None:
    sealed, strange = add_released_report(session), b"the key of a stranger, 32 bytes."
    replace_readers(
        session, staff("dsl1", dsl1=reader("dsl1", "dsl", public_key=public_of(strange))), TOLD_ON
    )
    note(session, sealed)
    assert renew_due_keys(session, opener("dsl2")) == 1
    for report in (sealed, add_released_report(session)):
        assert readable(session, report.id, "dsl1")
        with pytest.raises(KeyNotGranted):
            read_report(session, report.id, Opener(id_of("dsl1"), {"dsl"}, strange))


def test_nothing_is_sealed_anew_for_a_list_that_this_reader_has_not_seen(session: Session) -> None:
    sealed, seen = add_released_report(session), verified_chain(session)[-1]
    note(session, sealed)
    listed(session, staff(dsl3=reader("dsl3", "dsl")))
    mine = opener("dsl1")
    shut = Opener(mine.id, mine.roles, mine.private_key, seen=(seen.number, seen.hash))
    assert renew_due_keys(session, shut) == 0
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "recovery"}
    now = verified_chain(session)[-1]
    assert (
        renew_due_keys(session, Opener(mine.id, mine.roles, mine.private_key, seen=(now.number, now.hash)))
        == 1
    )


def test_stepping_aside_renews_the_key_and_the_old_one_opens_nothing_of_it(session: Session) -> None:
    sealed = add_released_report(session)
    old_key = read_report(session, sealed.id, opener("dsl1")).case_keys[0]
    note = seal_note(old_key, "From before.")
    left = step_aside(session, sealed.id, opener("dsl1"))
    assert {one.name for one in left} == {"dsl2", "principal1"}
    assert holders(session, sealed.id) == {"dsl2", "principal1", "recovery"}
    row = session.get_one(Report, sealed.id)
    with pytest.raises(EnvelopeBroken):
        unseal(row.id, row.envelope_version, row.envelope, old_key)
    again = read_report(session, sealed.id, opener("dsl2"))
    assert again.case_keys[0] != old_key
    assert unseal_note(again.case_keys, note) == "From before."
    with pytest.raises(EnvelopeBroken):
        unseal_note([old_key], seal_note(again.case_keys[0], "From after."))
    assert "principal1" in addresses(session), "who is let in is told"


def test_who_can_still_read_is_told_where_stepping_aside_leaves_fewer_than_two(session: Session) -> None:
    """Nobody else: the mail would tell them that there is such a report (promise S9)."""
    sealed = add_released_report(session)
    for name in ("dsl1", "principal1"):
        assert len(step_aside(session, sealed.id, opener(name))) == 2, "the next of the route joins"
        assert addresses(session, MailKind.CHANGE) == set()
    assert [one.name for one in step_aside(session, sealed.id, opener("chair1"))] == ["dsl2"]
    assert addresses(session, MailKind.CHANGE) == {"dsl2"}


def test_where_stepping_aside_leaves_only_who_is_away_all_whom_the_route_reads_are_told(
    session: Session,
) -> None:
    away = {name: reader(name, role, absent=True) for name, role in (("dsl2", "dsl"), ("chair1", "chair"))}
    change(session, staff(**away))
    sealed = add_released_report(session, ["principal1"], head="no")
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "chair1", "recovery"}
    step_aside(session, sealed.id, opener("dsl1"))
    told = addresses(session, MailKind.LATE)
    assert told == {"dsl2", "chair1"}, "neither whom the child ticked nor who has stepped aside"


def test_who_steps_aside_seals_nothing_for_a_list_that_they_have_not_seen(session: Session) -> None:
    """The list was exchanged after the key was opened: its new readers got the report with the next step aside."""
    sealed, seen = add_released_report(session), verified_chain(session)[-1]
    listed(session, staff("dsl2", dsl3=reader("dsl3", "dsl")))
    mine = opener("dsl1")
    shut = Opener(mine.id, mine.roles, mine.private_key, seen=(seen.number, seen.hash))
    before = envelope_of(session, sealed)
    with pytest.raises(ReaderListChanged):
        step_aside(session, sealed.id, shut)
    assert holders(session, sealed.id) == {"dsl1", "dsl2", "recovery"}
    assert envelope_of(session, sealed) == before
    now = verified_chain(session)[-1]
    again = Opener(mine.id, mine.roles, mine.private_key, seen=(now.number, now.hash))
    assert step_aside(session, sealed.id, again)


def test_who_stepped_aside_is_let_in_by_nobody_again(session: Session) -> None:
    sealed = add_released_report(session)
    step_aside(session, sealed.id, opener("dsl1"))
    for people in (staff("dsl2"), staff("dsl2", "principal1", "chair1"), staff(dsl1=reader("dsl1", "chair"))):
        change(session, people)
        renew_with_recovery(session, RECOVERY_PRIVATE)
        assert "dsl1" not in holders(session, sealed.id)
        assert not readable(session, sealed.id, "dsl1")


@pytest.mark.parametrize("ticked", ["dsl1", "principal1", "chair1"])
def test_the_recovery_key_lets_readers_in_again_and_never_whom_the_child_ticked(
    session: Session, ticked: str
) -> None:
    sealed = add_released_report(session, [ticked], concern="adult")
    session.execute(delete(ReportReader).where(ReportReader.reader_id != RECOVERY_ID))
    assert renew_with_recovery(session, RECOVERY_PRIVATE) == 1
    assert ticked not in holders(session, sealed.id)
    assert len(holders(session, sealed.id) - {"recovery"}) >= 2
    assert "dsl2" in holders(session, sealed.id)
    assert ticked not in addresses(session)


def test_a_wrong_recovery_key_lets_nobody_in(session: Session) -> None:
    sealed = add_released_report(session)
    session.execute(delete(ReportReader).where(ReportReader.reader_id != RECOVERY_ID))
    assert renew_with_recovery(session, b"x" * 32) == 0
    assert holders(session, sealed.id) == {"recovery"}


def test_a_keyring_without_anybody_seals_for_nobody_twice(session: Session) -> None:
    ring = Keyring(read_keyring(session).readers, public_of(RECOVERY_PRIVATE), True)
    assert len({wrap.reader_id for wrap in sealed_report(ring).wraps}) == len(sealed_report(ring).wraps)
