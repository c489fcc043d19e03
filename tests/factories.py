"""Rows for tests: plain functions with sensible values, each of which a test may change."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import count
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import (
    ClassGroup,
    ClassTeacher,
    ClassWindow,
    Pupil,
    ReaderKey,
    RoleHolder,
    StaffMember,
)
from kiosk.accounts.sign_in.totp import seal_phone
from kiosk.audit.log import Acting
from kiosk.bands import Band
from kiosk.conduct.models import CodeSeen
from kiosk.report.access.opening import Opener
from kiosk.report.access.reader_chain import replace_chain
from kiosk.report.models import Reader, ReaderList, RecoveryKey
from kiosk.report.setup import zone_of
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.boxes import public_of, seal_to
from kiosk.sealing.list_statements import RECOVERY, ListedReader, Readers, Recoverer, Version, write
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.sealing.recovery import PROOF, RecoverySecret
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import now_utc
from kiosk.told.models import StaffAcknowledgement, StaffTopic
from tests.roots import note_root

_number = count(1)
SITE_KEY = SiteKey(b"the site key of tests, 32 bytes.")
EARLY = date(2020, 1, 1)
FAR = date(2090, 1, 2)
ANY_VERSION = 10_000  # of what people are told: the present one, and whatever comes
RECOVERY_SECRET = RecoverySecret(b"sheets of tests!")
RECOVERY_PRIVATE = RECOVERY_SECRET.private_key

PHONE_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # whoever holds a role works with a second step


def make_staff(session: Session, *roles: Role, **changes: Any) -> StaffMember:
    """A member of staff who holds `roles`; a role already held makes this one the deputy.

    They have read whatever staff are told, unless `told` is False.
    """
    told = changes.pop("told", True)
    number = next(_number)
    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "name": f"Ms Test {number}",
        "email": f"staff{number}@school.example",
        "teaches": True,
        "totp_secret": PHONE_SECRET if set(roles) - {Role.TEACHER} else None,
    }
    values |= changes
    secret = values.pop("totp_secret")
    staff = StaffMember(**values)
    if secret:
        seal_phone(SITE_KEY, staff, secret)
    session.add(staff)
    session.flush()
    if told:
        rows = [
            StaffAcknowledgement(staff_id=staff.id, what=what, version=ANY_VERSION, told_on=FAR)
            for what in StaffTopic
        ]
        session.add_all(rows)
    for role in roles:
        if role is not Role.TEACHER:
            taken = bool(
                session.scalars(select(RoleHolder).where(RoleHolder.role == role, ~RoleHolder.deputy)).all()
            )
            session.add(RoleHolder(role=role, deputy=taken, staff_id=staff.id))
    session.flush()
    session.refresh(staff, ["holdings"])
    if READING_ROLES & staff.roles:
        make_reader_key(session, staff)
    return staff


def today() -> date:
    """This day, asked anew each time: a long run may go past midnight."""
    return now_utc().date()


@lru_cache(1_000)
def secret_of(person_id: uuid.UUID) -> ReaderSecret:
    """The secret of a reader in tests: always the same one for the same person."""
    return ReaderSecret(blake2b(person_id.bytes, digest_size=32, person=b"test-reader").digest())


def at_the_machine(now: datetime | None = None) -> Acting:
    """Somebody at the computer itself, who uses a power now."""
    return Acting(SITE_KEY, None, now or now_utc())


def private_key_of(person_id: uuid.UUID) -> bytes:
    """What opens the reports of a reader in tests."""
    return secret_of(person_id).private_key


def opener_of(staff: StaffMember) -> Opener:
    """Somebody at work with the own key."""
    return Opener(staff.id, staff.roles, private_key_of(staff.id))


def make_reader_key(session: Session, staff: StaffMember, **changes: Any) -> ReaderKey:
    """The key of somebody who reads reports, in use since before the first of them."""
    values: dict[str, Any] = {
        "public_key": secret_of(staff.id).public_key,
        "verify_key": secret_of(staff.id).verify_key,
        "wrapped_seed": b"opens with no password",
    }
    row = ReaderKey(staff_id=staff.id, **values | changes)
    session.add(row)
    session.flush()
    return row


def open_zone(session: Session) -> None:
    """The report page is open, and a recovery key is in use whose private half is RECOVERY_PRIVATE."""
    if zone_of(session).published_on is None:
        zone_of(session).published_on = EARLY
        proof = seal_to(public_of(RECOVERY_PRIVATE), PROOF)
        session.add(
            RecoveryKey(
                public_key=public_of(RECOVERY_PRIVATE),
                verify_key=RECOVERY_SECRET.verify_key,
                proof=proof,
                made_on=EARLY,
                proven_on=EARLY,
            )
        )
        session.flush()


def close_zone(session: Session) -> None:
    """As before readers opened the report page: nobody has signed the first list."""
    zone_of(session).published_on = None
    session.execute(delete(ReaderList).where(ReaderList.version > 1))
    session.execute(update(ReaderList).values(signatures="{}"))
    session.flush()


def make_class_group(session: Session, *, teacher: StaffMember | None = None, **changes: Any) -> ClassGroup:
    """A class of Year 5, taught by `teacher` where one is given."""
    values: dict[str, Any] = {"name": f"Class {next(_number)}", "year": "5", "band": Band.KS2}
    group = ClassGroup(**values | changes)
    session.add(group)
    session.flush()
    if teacher:
        session.add(ClassTeacher(class_group_id=group.id, staff_id=teacher.id))
        session.flush()
    return group


def make_pupil(session: Session, class_group: ClassGroup | None = None, **changes: Any) -> Pupil:
    """A pupil with a picture tile and no key, who has seen the Code unless `seen_code` is False."""
    seen = changes.pop("seen_code", True)
    group = class_group or make_class_group(session)
    values: dict[str, Any] = {
        "first_name": f"Amira {next(_number)}",
        "picture": "frog",
        "class_group_id": group.id,
    }
    pupil = Pupil(**values | changes)
    session.add(pupil)
    session.flush()
    if seen:
        mark = {"code_id": group.band.value, "code_version": ANY_VERSION, "seen_on": EARLY}
        session.add(CodeSeen(pupil_id=pupil.id, **mark))
        session.flush()
    return pupil


def make_window(session: Session, class_group: ClassGroup, staff: StaffMember, **changes: Any) -> ClassWindow:
    """An open window of a class, for an hour from now."""
    closes_at: datetime = now_utc() + timedelta(hours=1)
    taken = set(session.scalars(select(ClassWindow.code)))  # of windows that were opened by hand
    values: dict[str, Any] = {
        "class_group_id": class_group.id,
        "opened_by_id": staff.id,
        "code": next(code for number in _number if (code := f"KITE {10 + number % 90}") not in taken),
        "closes_at": closes_at,
    }
    window = ClassWindow(**values | changes)
    session.add(window)
    session.flush()
    return window


def make_reader(session: Session, roles: str, **changes: Any) -> Reader:
    """Somebody to whom reports are sent, as the reports database knows them; the report page is open."""
    open_zone(session)
    number = next(_number)
    person_id = changes.get("id", uuid.uuid4())
    values: dict[str, Any] = {
        "id": person_id,
        "public_key": secret_of(person_id).public_key,
        "name": f"Mrs Reader {number}",
        "email": f"reader{number}@school.example",
        "roles": roles,
    }
    reader = Reader(**values | changes)
    session.add(reader)
    session.flush()
    list_readers(session)
    return reader


def list_readers(session: Session, rows: Iterable[Reader] | None = None, **changes: Any) -> Version:
    """A first list with everybody in the copy of readers who has a key, signed by the recovery sheets of tests.

    `rows` instead of the copy, if they are given; `changes` hold for every entry.
    """
    if rows is None:
        rows = session.scalars(select(Reader))
    return found_list(session, {row.id.hex: entry_of(row, **changes) for row in rows if row.public_key})


def entry_of(row: Reader, **changes: Any) -> ListedReader:
    """Somebody as the list of readers has them, in use since before the first report of tests."""
    values: dict[str, Any] = {
        "name": row.name,
        "roles": tuple(row.roles.split()),
        "public_key": row.public_key,
        "verify_key": secret_of(row.id).verify_key,
        "from_day": EARLY,
        "reads_from": date.min,
    }
    return ListedReader(**values | changes)


def found_list(session: Session, entries: Readers) -> Version:
    """A first list of these readers, signed by the recovery sheets of tests."""
    recovery = Recoverer(RECOVERY_SECRET.public_key, RECOVERY_SECRET.verify_key)
    keys = {RECOVERY: RECOVERY_SECRET.signing_key}
    version = write(None, EARLY, entries, recovery, {"kind": "founded"}, keys)
    replace_chain(session, [version])
    note_root(version.hash)
    return version
