"""The life of readers' keys at random: a school in which people come, go, forget, are ticked, and children tell."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, ProposalKind, ReaderKey, RoleHolder, StaffMember
from kiosk.accounts.staff.reader_keys import unlock_key_at_sign_in
from kiosk.audit.log import Acting
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.readers.proposals.approval import (
    KeyWordsMismatch,
    apply_proposal,
    apply_signed_changes,
    approve,
    is_unsettled,
    why_cannot_approve,
)
from kiosk.readers.proposals.proposals import forget_lapsed
from kiosk.readers.proposals.publish import copy_is_outdated, update_copy
from kiosk.readers.signed_list.pins import (
    ListDiffers,
    Pin,
    compare_list,
    highest_pin,
    lock_pin,
    make_pin,
    open_pin,
)
from kiosk.readers.signed_list.recipients import readers_from_roles, sync_readers
from kiosk.readers.signed_list.versions import SchoolDay, Signer, draft_first, is_founded, sign_first
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import (
    KeyNotGranted,
    Opener,
    ReportNotYours,
    open_report,
    opened_row,
    set_closed,
)
from kiosk.report.access.reader_chain import chain_to, replace_chain
from kiosk.report.access.renewal import renew_due_keys
from kiosk.report.access.routes import EVERY_READER
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.form.seal import seal_report
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.store import IntakeStore
from kiosk.report.intake.transfer import transfer_due
from kiosk.report.models import Report
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import ListBroken, Recoverer, Version
from kiosk.sealing.reader_key import ReaderSecret, open_secret
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Database
from kiosk.wording.messages import Refused
from tests.factories import RECOVERY_SECRET, make_staff, open_zone
from tests.faults.key_life_rows import LAST_VERSION, asked, by_hex, merging_into, spoken
from tests.faults.key_life_telling import tell

READING = (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR)
START = datetime(2026, 1, 12, 10, 0, tzinfo=UTC)
AFTER_THE_FIRST_WEEK = timedelta(days=10)
MOST_REPORTS = 6
BY_SHEETS = Opener(RECOVERY_ID, EVERY_READER, RECOVERY_SECRET.private_key)

Holders = tuple[tuple[Role, bool, uuid.UUID], ...]
Backup = tuple[Holders, dict[uuid.UUID, date | None]]  # who holds what, and who had left when


@dataclass
class KeyLife:
    """One school whose keys live; what must never be is kept beside it, worked out in another way."""

    school: Session
    reports: Session
    sessions: Database
    config: Config
    intake_store: IntakeStore
    key: SiteKey
    calendar: SchoolCalendar
    chance: Random
    now: datetime = START
    everybody: list[StaffMember] = field(default_factory=list)
    passwords: dict[uuid.UUID, bytes] = field(default_factory=dict)  # the wrapping key of each person now
    secrets: dict[uuid.UUID, ReaderSecret] = field(default_factory=dict)  # what a signed-in session holds
    rows: dict[uuid.UUID, ReaderKey] = field(default_factory=dict)  # held, so that each is loaded once
    knows: dict[uuid.UUID, int] = field(default_factory=dict)  # the version seen before what is news
    devices: dict[uuid.UUID, bytes] = field(default_factory=dict)  # the pin in the cookie of each device
    shut: dict[uuid.UUID, Pin] = field(default_factory=dict)  # whose key stayed shut, and what they had seen
    waiting: dict[uuid.UUID, set[uuid.UUID]] = field(
        default_factory=dict
    )  # in the intake: whom each keeps out
    kept_out: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=dict)  # by merged report, for good
    after_catching_up: Callable[[], None] = lambda: None  # whoever watches looks here as well
    sealed_on: dict[uuid.UUID, tuple[date, date]] = field(
        default_factory=dict
    )  # and the day that stands on it
    short: set[str] = field(
        default_factory=set
    )  # told that a hand-over leaves a route with too few, by no report
    followed: dict[uuid.UUID, set[uuid.UUID]] = field(
        default_factory=dict
    )  # by taker: whose places, all before too
    handed: int = 0  # how many hand-overs were proposed, and how many of them confirmed
    confirmed: int = 0
    backups: dict[int, Backup] = field(default_factory=dict)  # of the school, by version of the list

    @property
    def today(self) -> date:
        """The school's day."""
        return self.now.date()

    @property
    def chain(self) -> tuple[Version, ...]:
        """The list of readers as it counts now."""
        last = asked(self.reports, LAST_VERSION)
        return chain_to(self.reports, *last[0]) if last else ()

    def begin(self) -> None:
        """A school with holders and deputies of every role, two of whom found the list; the first week is over."""
        open_zone(self.reports)
        for role in READING:
            for _ in range(2):
                self.add(make_staff(self.school, role))
        for _ in range(2):  # who reads nothing; without them no change of roles would be in order
            make_staff(self.school, Role.NETWORK)
        for person in self.everybody:  # the keys of tests open with no password: everybody chooses one
            self.sign_in(person)
        one, two = self.everybody[0], self.everybody[-1]
        recoverer = Recoverer(RECOVERY_SECRET.public_key, RECOVERY_SECRET.verify_key)
        draft = draft_first(self.school, self.reports, one, self.secrets[one.id], recoverer, self.today)
        assert is_founded(sign_first(self.reports, draft, two.id, self.secrets[two.id]))
        sync_readers(self.school, self.reports, self.today)
        self.now += AFTER_THE_FIRST_WEEK
        self.work()
        for person in self.everybody:
            self.sign_in(person)

    def add(self, person: StaffMember) -> StaffMember:
        """Somebody new at school."""
        self.everybody.append(person)
        return person

    def people(self) -> list[StaffMember]:
        """Everybody who works here."""
        return [person for person in self.everybody if person.left_on is None]

    def readers(self) -> list[StaffMember]:
        """Everybody who is signed in with an open key."""
        return [person for person in self.people() if person.id in self.secrets]

    def absent(self) -> set[uuid.UUID]:
        """Who is away today or has a frozen key, as their own rows say it and not the copy of readers."""
        day = self.today
        reads = {id for _role, _deputy, id in self.holders()}  # nobody else's page opens anything
        rows = asked(self.school, "SELECT staff_id, public_key FROM reader_key WHERE wrapped_seed != x''")
        opened, listed = {by_hex(id): key for id, key in rows}, self.chain[-1].readers if self.chain else {}
        forgot = {by_hex(id) for id, one in listed.items() if opened.get(by_hex(id)) != one.public_key}
        return {
            one.id
            for one in self.everybody
            if one.frozen_on
            or one.id not in reads
            or one.id in forgot
            or (one.away_from is not None and one.away_from <= day <= (one.away_until or day))
        }

    def some(self, people: list[StaffMember], most: int) -> list[StaffMember]:
        """Some of these, in any order."""
        return self.chance.sample(people, k=min(len(people), most))

    def work(self) -> None:
        """What each page that changes something does at its end, and the worker every minute."""
        self.school.flush()
        chain = self.chain
        if is_unsettled(self.school, chain, self.today):
            self.short |= apply_signed_changes(self.school, chain, self.today)
            forget_lapsed(self.school, self.today)
        readers = readers_from_roles(self.school, self.today)
        if copy_is_outdated(self.reports, readers, chain, self.today):
            update_copy(self.reports, readers, chain, self.today)
            self.after_catching_up()
        self.backups[len(chain)] = self.back_up()

    def sign_in(self, person: StaffMember) -> bool:
        """The password opens the seed, or makes the first; the list is compared; then what is due is tended.

        False for somebody whose key does not open.
        """
        self.secrets.pop(person.id, None)
        wrapping = self.passwords.setdefault(person.id, self.chance.randbytes(32))
        secret = unlock_key_at_sign_in(self.school, self.acting(person), person, wrapping)
        if secret is None or person.frozen_on:
            return False
        row = self.rows[person.id] = self.school.get_one(ReaderKey, person.id)
        pin = highest_pin(open_pin(secret, row.pin), open_pin(secret, self.devices.get(person.id)))
        try:
            chain, news = compare_list(self.reports, self.config, pin, self.today)
        except ListDiffers as differs:
            self.shut[person.id] = differs.pin
            return False
        self.shut.pop(person.id, None)
        self.secrets[person.id] = secret
        if chain:
            self.knows[person.id] = len(chain) - len(news)
            row.pin = self.devices[person.id] = lock_pin(secret, make_pin(chain, self.today))
            renew_due_keys(self.reports, self.opener(person))
        return True

    def acting(self, person: StaffMember) -> Acting:
        """Somebody who does something that stands in the log."""
        return Acting(self.key, person.id, self.now)

    def own_secret(self, person: StaffMember) -> ReaderSecret | None:
        """What the password of somebody opens, whose key stays shut."""
        row = self.school.get(ReaderKey, person.id)
        return open_secret(row.wrapped_seed, self.passwords[person.id]) if row else None

    def pin_of(self, person: StaffMember) -> Pin | None:
        """What somebody has seen of the list, as row and device say."""
        secret, row = self.own_secret(person), self.school.get(ReaderKey, person.id)
        if secret is None or row is None:
            return None
        return highest_pin(open_pin(secret, row.pin), open_pin(secret, self.devices.get(person.id)))

    def opener(self, person: StaffMember) -> Opener:
        """The person at work, with the list that this key was compared with."""
        secret, last = self.secrets[person.id], self.chain[-1]
        roles = {role.value for role in person.roles}
        seen, knows = (last.number, last.hash), self.knows.get(person.id)
        return Opener(person.id, roles, secret.private_key, self.today, seen, knows)

    def agrees(self, proposal: Proposal, person: StaffMember) -> bool:
        """Somebody confirms a change, as far as they may; whether it took effect."""
        secret = self.secrets.get(person.id)
        if secret is None or why_cannot_approve(self.school, self.chain, proposal, person, self.today):
            return False
        handed = proposal.loses_id if proposal.kind is ProposalKind.HANDOVER else None
        takes = proposal.gains_id or person.id
        with self.school.begin_nested() as point:
            try:
                by, heard = Signer(person, secret), spoken(proposal, self.own_secret)
                approve(self.school, self.chain, proposal, by, self.today, heard)
                when = SchoolDay(self.calendar, self.today)
                version = apply_proposal(self.school, self.reports, proposal, by, when)
            except (ListBroken, KeyWordsMismatch, Refused):
                point.rollback()  # what this person has said is undone, as a page would undo it
                return False
        if version is not None and handed is not None:
            self.confirmed += 1
            self.followed.setdefault(takes, set()).update({handed, *self.followed.get(handed, ())})
        return version is not None

    def tells(self) -> None:
        """A child tells; unless it is urgent it waits in the intake, sealed for those who can read it now."""
        ring = read_keyring(self.reports, today=self.today)
        told = tell(self.chance, ring.readers)
        sealed = seal_report(ring, self.key, self.calendar, told.answers(), self.now).sealed
        self.intake_store.put(seal_report_item(self.key, sealed))
        self.sealed_on[sealed.id] = self.today, sealed.day
        principals = {id for role, _, id in self.holders() if role is Role.PRINCIPAL}
        self.waiting[sealed.id] = told.must_not_read(principals)
        self.merge(urgent_alone=True)

    def merge(self, urgent_alone: bool = False) -> None:
        """What is due leaves the intake; readers may have changed since it was told."""
        if not transfer_due(self, merging_into(self.reports), self.now, urgent_alone):
            return
        self.reports.expire_all()  # as in the next request, which begins with nothing in memory
        for id in [id for id in self.waiting if self.reports.get(Report, id) is not None]:
            self.kept_out[id] = self.waiting.pop(id)
        for old in list(self.kept_out)[:-MOST_REPORTS]:
            opened = opened_row(self.reports, self.reports.get_one(Report, old), BY_SHEETS)
            set_closed(self.reports, opened, closed=True)
            del self.kept_out[old]
        self.work()

    def opens(self, person: StaffMember, report_id: uuid.UUID) -> bool:
        """Whether somebody can open a report with the key of their session."""
        try:
            open_report(self.reports, report_id, self.opener(person))
        except (ReportNotYours, KeyNotGranted):
            return False
        return True

    def another_day(self) -> None:
        """The next day; the worker looks, and merges what was told before."""
        self.now += timedelta(days=1)
        self.work()
        self.merge()

    def keys_open_again(self) -> None:
        """Everybody comes to work, back and with a key that is not frozen; who was shut out agrees on the list."""
        for person in self.people():
            person.away_from = person.away_until = person.frozen_on = None
        self.work()
        for person in self.people():
            self.sign_in(person)

    def holders(self) -> Holders:
        """Who holds what, and who deputises."""
        rows = asked(self.school, "SELECT role, deputy, staff_id FROM role_holder")
        return tuple((Role(role), bool(deputy), by_hex(id)) for role, deputy, id in rows)

    def back_up(self) -> Backup:
        """Who holds what, and who has left, as a backup of the school's database keeps it."""
        return self.holders(), {person.id: person.left_on for person in self.everybody}

    def put_back(self, version: int) -> None:
        """School and list are put back as they were at a version; what children told is kept."""
        replace_chain(self.reports, self.chain[:version])
        self.restore(self.backups[version])

    def restore(self, backup: Backup) -> None:
        """Put back who holds what and who had left; changes that waited are lost."""
        holders, left = backup
        self.school.execute(delete(RoleHolder))
        for one in self.school.scalars(select(Proposal)).all():
            self.school.delete(one)
        self.school.add_all(RoleHolder(role=role, deputy=deputy, staff_id=id) for role, deputy, id in holders)
        for person in self.everybody:
            person.left_on = left.get(person.id, self.today)
            self.school.flush()
            self.school.refresh(person, ["holdings"])
        self.work()

    def newcomer(self) -> StaffMember:
        """Somebody new, without a role or a key."""
        return self.add(make_staff(self.school))

    def without_role(self) -> list[StaffMember]:
        """Who can leave."""
        return [person for person in self.people() if not READING_ROLES & person.roles]
