"""The life of readers' keys at random: people come, go, forget, step aside, are ticked; and children tell."""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.reader_keys import (
    activate_all_keys,
    approve,
    forget_key,
    key_at_sign_in,
    present_keys,
)
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.readers.ring import sync_readers
from kiosk.report.access import NobodyLeft, renew_due, step_aside
from kiosk.report.form import read
from kiosk.report.intake import take_report
from kiosk.report.keyring import read_keyring
from kiosk.report.opening import KeyNotGranted, Opener, ReportNotYours, open_report
from kiosk.report.release import release_due
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from tests.factories import make_staff, open_zone

READING = (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR)
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MOST_REPORTS = 12


@dataclass
class KeyLife:
    """One school whose keys live; what must never be is kept beside it, worked out in another way."""

    school: Session
    reports: Session
    key: SiteKey
    calendar: SchoolCalendar
    chance: Random
    now: datetime = START
    passwords: dict[uuid.UUID, bytes] = field(default_factory=dict)  # the wrapping key of each person now
    private: dict[uuid.UUID, bytes] = field(default_factory=dict)  # what a signed-in session holds
    kept_out: dict[uuid.UUID, set[uuid.UUID]] = field(
        default_factory=dict
    )  # by report: ticked, or stepped aside

    def begin(self) -> None:
        """A school with holders and deputies, all of whom have signed in once."""
        open_zone(self.reports)
        for role in READING:
            for _ in range(2):
                self.sign_in(make_staff(self.school, role))
        activate_all_keys(self.school, self.key, self.now.date())
        self.sync()

    def people(self) -> list[StaffMember]:
        """Everybody who works here."""
        return list(self.school.scalars(select(StaffMember).where(StaffMember.left_on.is_(None))))

    def sync(self) -> None:
        """What the worker does: the report zone learns who reads."""
        self.school.flush()
        sync_readers(self.school, self.reports)

    def sign_in(self, person: StaffMember) -> None:
        """The password opens the private key, or makes the first one; then the queue page tends what is due."""
        self.school.refresh(person, ["holdings"])
        wrapping = self.passwords.setdefault(person.id, self.chance.randbytes(32))
        private_key = key_at_sign_in(self.school, self.key, person, wrapping, self.now.date())
        if private_key is None:
            self.private.pop(person.id, None)
            return
        self.private[person.id] = private_key
        renew_due(self.reports, self.opener(person))

    def opener(self, person: StaffMember) -> Opener:
        """The person at work."""
        return Opener(person.id, {role.value for role in person.roles}, self.private[person.id])

    def step(self) -> str:
        """One thing that happens in a school; returns its name."""
        name = self.chance.choice(STEPS)
        getattr(self, name)()
        self.reports.flush()
        return name

    def tells(self) -> None:
        """A child tells, perhaps ticking one or two readers."""
        readers = read_keyring(self.reports).readers
        ticked = self.chance.sample(readers, k=min(len(readers), self.chance.choice((0, 0, 1, 2))))
        concern = self.chance.choice(("bullying", "site", "stranger", "friend", "adult", "other"))
        form: MultiDict[str, str] = MultiDict({"nonce": secrets.token_urlsafe(24), "concern": concern})
        form.setlist("exclude", [one.id.hex for one in ticked])
        answers, _ = read(form, Band.KS3, "en")
        taken = take_report(self.reports, self.key, self.calendar, answers, self.now)
        self.kept_out[taken.sealed.id] = {one.id for one in ticked}
        release_due(self.reports, self.calendar, self.now + timedelta(days=5))
        for old in list(self.kept_out)[:-MOST_REPORTS]:
            del self.kept_out[old]

    def signs_in(self) -> None:
        """Somebody comes to work."""
        self.sign_in(self.chance.choice(self.people()))
        self.sync()

    def forgets(self) -> None:
        """Somebody forgets the password and gets a new one by a link."""
        person = self.chance.choice(self.people())
        self.passwords[person.id] = self.chance.randbytes(32)
        self.sign_in(person)
        self.sync()

    def lets_in(self) -> None:
        """Every reader whose key is in use lets in whoever waits."""
        waiting = [row for row in present_keys(self.school) if not row.approved]
        able = [row.staff for row in present_keys(self.school) if row.approved]
        for row in waiting:
            for by in able:
                if not row.approved and by.id != row.staff_id:
                    approve(self.school, self.key, row, by, self.now.date(), self.now.date())
        self.sync()
        for by in able:
            if by.id in self.private:
                renew_due(self.reports, self.opener(by))

    def changes_roles(self) -> None:
        """A role is given to somebody else, who may be new."""
        role, deputy = self.chance.choice(READING), self.chance.random() < 0.5
        person = make_person(self.school) if self.chance.random() < 0.3 else self.chance.choice(self.people())
        self.school.execute(delete(RoleHolder).where(RoleHolder.role == role, RoleHolder.deputy == deputy))
        self.school.add(RoleHolder(role=role, deputy=deputy, staff_id=person.id))
        self.school.flush()
        self.school.expire_all()
        self.sync()

    def leaves(self) -> None:
        """Somebody without a role leaves."""
        free = [person for person in self.people() if not READING_SET & person.roles]
        if free:
            person = self.chance.choice(free)
            person.left_on = self.now.date()
            forget_key(self.school, self.key, person, self.now.date())
            self.private.pop(person.id, None)
            self.sync()

    def steps_aside(self) -> None:
        """Somebody who can open a report says that it may be about them."""
        for report_id in self.chance.sample(list(self.kept_out), k=min(3, len(self.kept_out))):
            for person in self.people():
                if person.id in self.private and self.opens(person, report_id):
                    with self.reports.begin_nested() as point:
                        try:
                            step_aside(self.reports, report_id, self.opener(person))
                            self.kept_out[report_id].add(person.id)
                        except NobodyLeft:
                            point.rollback()
                    return

    def day_passes(self) -> None:
        """The next day."""
        self.now += timedelta(days=1)

    def opens(self, person: StaffMember, report_id: uuid.UUID) -> bool:
        """Whether somebody can open a report with the key of their session."""
        try:
            open_report(self.reports, report_id, self.opener(person), self.calendar, self.now)
        except (ReportNotYours, KeyNotGranted):
            return False
        return True


def make_person(session: Session) -> StaffMember:
    """Somebody new, without a role or a key."""
    return make_staff(session)


READING_SET = frozenset(READING)
STEPS = (
    "tells",
    "tells",
    "signs_in",
    "signs_in",
    "signs_in",
    "forgets",
    "lets_in",
    "lets_in",
    "changes_roles",
    "leaves",
    "steps_aside",
    "day_passes",
)
