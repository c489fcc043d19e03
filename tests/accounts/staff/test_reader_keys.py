"""Keys of readers as they come, change passwords, forget them and leave (promises S2, S5)."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, ProposalKind, ReaderKey, StaffMember
from kiosk.accounts.staff.reader_keys import (
    fingerprint_of,
    forget_key,
    keys_of_present_readers,
    logged_fingerprints,
    rewrap_key,
    unlock_key_at_sign_in,
)
from kiosk.audit.log import Acting, LogAct, lines
from kiosk.audit.verify import verify_log
from kiosk.roles import Role
from kiosk.sealing.boxes import public_of
from kiosk.sealing.reader_key import ReaderSecret, fingerprint, open_secret
from kiosk.sealing.site_key import SiteKey
from tests.factories import SITE_KEY, make_staff
from tests.faults.log_tampering import rest_triggers

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OLD, NEW = b"o" * 32, b"n" * 32
PIN = b"what this reader has seen of the list"


def sign_in(session: Session, staff: StaffMember, wrapping_key: bytes = OLD) -> ReaderSecret | None:
    return unlock_key_at_sign_in(session, Acting(SITE_KEY, staff.id, NOW), staff, wrapping_key)


def make_reader(session: Session, role: Role = Role.DSL) -> tuple[StaffMember, ReaderSecret]:
    """A reader who has just signed in for the first time."""
    staff = make_staff(session, role)
    session.execute(delete(ReaderKey).where(ReaderKey.staff_id == staff.id))
    session.expire_all()
    secret = sign_in(session, staff)
    assert secret is not None
    return staff, secret


def row_of(session: Session, staff: StaffMember) -> ReaderKey:
    return session.get_one(ReaderKey, staff.id)


def logged_key_acts(session: Session, staff: StaffMember) -> list[tuple[str, str]]:
    """What the log tells of somebody's keys, the oldest line first: the act and the fingerprint."""
    return [(one.act, json.loads(one.details)["mark"]) for one in lines(session, of=staff.id)[::-1]]


def test_the_first_sign_in_makes_two_keys_from_one_seed_and_every_later_one_opens_it(
    session: Session,
) -> None:
    staff, secret = make_reader(session)
    row = row_of(session, staff)
    assert open_secret(row.wrapped_seed, OLD) == secret
    assert (row.public_key, row.verify_key, row.pin) == (secret.public_key, secret.verify_key, None)
    assert sign_in(session, staff) == secret
    assert logged_key_acts(session, staff) == [
        (LogAct.KEYS_MADE, fingerprint(secret.public_key, secret.verify_key))
    ]
    assert verify_log(session, SITE_KEY) == []


@pytest.mark.parametrize("roles", [(), (Role.NETWORK,)])
def test_who_reads_no_reports_has_no_key(session: Session, roles: tuple[Role, ...]) -> None:
    staff = make_staff(session, *roles)
    assert sign_in(session, staff) is None
    assert session.get(ReaderKey, staff.id) is None
    assert logged_key_acts(session, staff) == []


def test_who_is_proposed_to_read_has_keys_before_anybody_confirms_it(session: Session) -> None:
    lead, newcomer = make_staff(session, Role.DSL), make_staff(session)
    session.add(
        Proposal(
            kind=ProposalKind.ROLE, gains_id=newcomer.id, role=Role.CHAIR, why="A new chair", change="",
            asked_by_id=lead.id, asked_on=NOW.date(), until=NOW.date(),
        )
    )  # fmt: skip
    session.flush()
    assert sign_in(session, newcomer) is not None
    assert row_of(session, newcomer).staff_id == newcomer.id


def test_a_new_password_keeps_the_same_keys_and_what_their_owner_has_seen(session: Session) -> None:
    staff, secret = make_reader(session)
    row_of(session, staff).pin = PIN
    rewrap_key(session, staff, OLD, NEW)
    assert sign_in(session, staff, NEW) == secret
    assert row_of(session, staff).pin == PIN
    assert open_secret(row_of(session, staff).wrapped_seed, OLD) is None
    assert [act for act, _ in logged_key_acts(session, staff)] == [LogAct.KEYS_MADE]


def test_a_password_that_does_not_open_the_seed_wraps_nothing_anew(session: Session) -> None:
    staff, secret = make_reader(session)
    rewrap_key(session, staff, NEW, b"x" * 32)
    assert open_secret(row_of(session, staff).wrapped_seed, OLD) == secret
    rewrap_key(session, make_staff(session), OLD, NEW)  # who has no keys loses none


def test_a_forgotten_password_means_other_keys_that_have_seen_no_list(session: Session) -> None:
    staff, secret = make_reader(session)
    row_of(session, staff).pin = PIN
    renewed = sign_in(session, staff, NEW)
    assert renewed is not None
    assert renewed.seed != secret.seed
    row = row_of(session, staff)
    assert (row.public_key, row.verify_key, row.pin) == (renewed.public_key, renewed.verify_key, None)
    assert open_secret(row.wrapped_seed, OLD) is None
    marks = [fingerprint(one.public_key, one.verify_key) for one in (secret, renewed)]
    assert logged_key_acts(session, staff) == [(LogAct.KEYS_MADE, marks[0]), (LogAct.KEYS_RENEWED, marks[1])]


def test_whoever_leaves_has_no_key_left_and_the_log_says_which_it_was_and_by_whom(session: Session) -> None:
    staff, _ = make_reader(session)
    manager, mark = make_staff(session, Role.NETWORK), fingerprint_of(row_of(session, staff))
    forget_key(session, Acting(SITE_KEY, manager.id, NOW), staff)
    assert session.get(ReaderKey, staff.id) is None
    assert logged_key_acts(session, staff)[-1] == (LogAct.KEYS_REMOVED, mark)
    assert lines(session, limit=1)[0].by_id == manager.id
    count = len(lines(session))
    forget_key(session, Acting(SITE_KEY, manager.id, NOW), make_staff(session))
    assert len(lines(session)) == count, "who had none loses none"


def test_keys_of_those_who_read_now_are_listed_by_name_and_no_others(session: Session) -> None:
    known, _ = make_reader(session)
    gone, _ = make_reader(session, Role.PRINCIPAL)
    gone.left_on = date(2026, 11, 24)
    session.flush()
    assert [row.staff_id for row in keys_of_present_readers(session)] == [known.id]


def test_the_log_tells_of_the_newest_keys_of_each_reader(session: Session) -> None:
    people = [make_reader(session, role)[0] for role in (Role.DSL, Role.CHAIR)]
    sign_in(session, people[0], NEW)
    found = logged_fingerprints(session, SITE_KEY, [one.id for one in people])
    assert found == {one.id: fingerprint_of(row_of(session, one)) for one in people}
    assert logged_fingerprints(session, SITE_KEY, []) == {}


def test_a_line_that_kiosk_did_not_write_tells_of_no_keys(session: Session) -> None:
    staff, secret = make_reader(session)
    mark = fingerprint(secret.public_key, secret.verify_key)
    planted = fingerprint(public_of(b"s" * 32))
    stranger = Acting(SiteKey(bytes(32)), staff.id, NOW)
    stranger.note(session, LogAct.KEYS_RENEWED, staff.id, mark=planted)
    assert logged_fingerprints(session, SITE_KEY, [staff.id]) == {staff.id: mark}
    genuine, forged = lines(session)[::-1]
    rest_triggers(session)
    forged.mark = genuine.mark
    session.flush()
    assert logged_fingerprints(session, SITE_KEY, [staff.id]) == {staff.id: mark}, (
        "nor with the mark of another line"
    )
    genuine.details = genuine.details.replace(mark, planted)
    session.flush()
    assert logged_fingerprints(session, SITE_KEY, [staff.id]) == {}, (
        "and a line that was changed tells of none either"
    )
