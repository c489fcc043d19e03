"""Keys of readers as they come, change passwords, forget them and leave (promises S2, S5)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import KeyAct, KeyApproval, KeyEvent, ReaderKey, RoleHolder, StaffMember
from kiosk.accounts.reader_keys import (
    NotAReader,
    activate_all_keys,
    approvals_needed,
    approve,
    forget_key,
    key_at_sign_in,
    present_keys,
    rewrap_key,
    tampered_keys,
)
from kiosk.roles import Role
from kiosk.sealing.boxes import public_of
from kiosk.sealing.reader_key import fingerprint, open_private
from kiosk.sealing.site_key import SiteKey
from tests.factories import make_staff

KEY = SiteKey(b"k" * 32)
TODAY = date(2026, 11, 24)
OLD, NEW = b"o" * 32, b"n" * 32


def make_known(session: Session, role: Role, approved: bool = True) -> StaffMember:
    """A reader whose key was made by signing in, and is in use unless something else is said."""
    staff = make_staff(session, role)
    session.execute(delete(ReaderKey).where(ReaderKey.staff_id == staff.id))
    key_at_sign_in(session, KEY, staff, OLD, TODAY)
    session.get_one(ReaderKey, staff.id).approved = approved
    session.flush()
    return staff


def row_of(session: Session, staff: StaffMember) -> ReaderKey:
    return session.get_one(ReaderKey, staff.id)


def test_the_first_sign_in_makes_a_key_that_waits_to_be_let_in_and_every_later_one_opens_it(
    session: Session,
) -> None:
    staff = make_known(session, Role.DSL, approved=False)
    row = row_of(session, staff)
    private_key = key_at_sign_in(session, KEY, staff, OLD, TODAY)
    assert private_key == open_private(row.wrapped_private, OLD)
    assert private_key is not None
    assert (public_of(private_key), row.approved, row.reads_from) == (row.public_key, False, None)
    assert [event.act for event in session.scalars(select(KeyEvent))] == [KeyAct.MADE]


@pytest.mark.parametrize("roles", [(), (Role.NETWORK,)])
def test_who_reads_no_reports_has_no_key(session: Session, roles: tuple[Role, ...]) -> None:
    staff = make_staff(session, *roles)
    assert key_at_sign_in(session, KEY, staff, OLD, TODAY) is None
    assert session.get(ReaderKey, staff.id) is None


def test_a_new_password_keeps_the_same_key_in_use(session: Session) -> None:
    staff = make_known(session, Role.DSL)
    before = key_at_sign_in(session, KEY, staff, OLD, TODAY)
    rewrap_key(session, staff, OLD, NEW)
    assert key_at_sign_in(session, KEY, staff, NEW, TODAY) == before
    assert row_of(session, staff).approved
    assert open_private(row_of(session, staff).wrapped_private, OLD) is None


def test_a_forgotten_password_means_a_new_key_that_is_not_in_use(session: Session) -> None:
    staff = make_known(session, Role.DSL)
    before = row_of(session, staff).public_key
    key_at_sign_in(session, KEY, staff, NEW, TODAY)
    row = row_of(session, staff)
    assert row.public_key != before
    assert (row.approved, row.renewed) == (False, True)
    assert open_private(row.wrapped_private, OLD) is None


def test_two_readers_let_a_newcomer_in_and_the_later_day_counts(session: Session) -> None:
    first, second, third = (make_known(session, role) for role in (Role.DSL, Role.PRINCIPAL, Role.CHAIR))
    newcomer = make_known(session, Role.COORDINATOR, approved=False)
    row = row_of(session, newcomer)
    assert approvals_needed(session, row) == 2
    assert not approve(session, KEY, row, first, TODAY, TODAY)
    assert not approve(session, KEY, row, first, TODAY, TODAY), "nobody counts twice"
    assert not row.approved
    later = TODAY + timedelta(days=3)
    assert approve(session, KEY, row, second, later, TODAY)
    assert (row.approved, row.reads_from) == (True, later)
    assert session.scalars(select(KeyApproval)).all() == []
    assert third.roles


def test_one_reader_lets_in_who_forgot_the_password_and_the_reading_day_stays(session: Session) -> None:
    staff, other = make_known(session, Role.DSL), make_known(session, Role.PRINCIPAL)
    make_known(session, Role.CHAIR)
    row_of(session, staff).reads_from = date(2026, 9, 1)
    key_at_sign_in(session, KEY, staff, NEW, TODAY)
    assert approvals_needed(session, row_of(session, staff)) == 1
    assert approve(session, KEY, row_of(session, staff), other, TODAY, TODAY)
    assert row_of(session, staff).reads_from == date(2026, 9, 1)


def test_a_newcomer_who_forgets_the_password_before_being_let_in_is_still_a_newcomer(
    session: Session,
) -> None:
    first = make_known(session, Role.DSL)
    make_known(session, Role.PRINCIPAL)
    newcomer = make_known(session, Role.COORDINATOR, approved=False)
    approve(session, KEY, row_of(session, newcomer), first, TODAY, TODAY)
    key_at_sign_in(session, KEY, newcomer, NEW, TODAY)
    row = row_of(session, newcomer)
    assert approvals_needed(session, row) == 2
    assert session.scalars(select(KeyApproval)).all() == [], "an approval is of one key alone"


@pytest.mark.parametrize("who", ["own", "not let in", "network", "teacher", "no longer a reader"])
def test_nobody_lets_in_but_a_reader_whose_own_key_is_in_use(session: Session, who: str) -> None:
    newcomer = make_known(session, Role.COORDINATOR, approved=False)
    gone = make_known(session, Role.CHAIR)
    by = {
        "own": newcomer,
        "not let in": make_known(session, Role.DSL, approved=False),
        "network": make_staff(session, Role.NETWORK),
        "teacher": make_staff(session),
        "no longer a reader": gone,
    }[who]
    session.execute(delete(RoleHolder).where(RoleHolder.staff_id == gone.id))
    session.refresh(gone, ["holdings"])
    if who == "own":
        row_of(session, newcomer).approved = True
    with pytest.raises(NotAReader):
        approve(session, KEY, row_of(session, newcomer), by, TODAY, TODAY)
    assert session.scalars(select(KeyApproval)).all() == []


def test_whoever_leaves_has_no_key_and_no_word_left(session: Session) -> None:
    leaver, other = make_known(session, Role.DSL), make_known(session, Role.PRINCIPAL)
    make_known(session, Role.CHAIR)
    newcomer = make_known(session, Role.COORDINATOR, approved=False)
    approve(session, KEY, row_of(session, newcomer), leaver, TODAY, TODAY)
    forget_key(session, KEY, leaver, TODAY)
    assert session.get(ReaderKey, leaver.id) is None
    assert session.scalars(select(KeyApproval)).all() == []
    assert not approve(session, KEY, row_of(session, newcomer), other, TODAY, TODAY)
    assert KeyAct.REMOVED in session.scalars(select(KeyEvent.act)).all()
    forget_key(session, KEY, make_staff(session), TODAY)  # who had none loses none


def test_keys_of_those_who_read_now_are_listed_by_name_and_no_others(session: Session) -> None:
    known = make_known(session, Role.DSL)
    gone = make_known(session, Role.PRINCIPAL)
    gone.left_on = TODAY
    session.flush()
    assert [row.staff_id for row in present_keys(session)] == [known.id]


def test_until_children_use_the_page_every_key_is_let_in(session: Session) -> None:
    for role in (Role.DSL, Role.CHAIR):
        make_known(session, role, approved=False)
    assert activate_all_keys(session, KEY, TODAY)
    assert all(row.approved and row.reads_from == TODAY for row in present_keys(session))
    assert not activate_all_keys(session, KEY, TODAY)


def test_a_public_key_that_was_changed_by_hand_is_seen(session: Session) -> None:
    known, other = make_known(session, Role.DSL), make_known(session, Role.CHAIR)
    assert tampered_keys(session, KEY) == []
    row_of(session, known).public_key = public_of(b"s" * 32)
    session.flush()
    assert [row.staff_id for row in tampered_keys(session, KEY)] == [known.id]
    assert other.id != known.id


def test_a_line_of_the_log_that_was_forged_does_not_make_a_strange_key_right(session: Session) -> None:
    known = make_known(session, Role.DSL)
    planted = public_of(b"s" * 32)
    row_of(session, known).public_key = planted
    genuine = session.scalars(select(KeyEvent)).one()
    forged = {"day": TODAY, "act": KeyAct.RENEWED, "staff_id": known.id, "fingerprint": fingerprint(planted)}
    for seq, mark in ((2, b""), (3, genuine.mark), (4, bytes(32))):
        session.add(KeyEvent(seq=seq, mark=mark, **forged))
    session.flush()
    assert [row.staff_id for row in tampered_keys(session, KEY)] == [known.id]
    session.execute(update(KeyEvent).where(KeyEvent.seq == 1).values(fingerprint=fingerprint(planted)))
    session.expire_all()
    assert [row.staff_id for row in tampered_keys(session, KEY)] == [known.id]
