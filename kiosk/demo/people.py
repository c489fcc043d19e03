"""The people of the demo school, with keys and passwords made anew for each demo."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.pupil_keys import draw_key, give_key, hash_key
from kiosk.accounts.models import ClassGroup, ClassTeacher, Pupil, RoleHolder, StaffMember
from kiosk.accounts.sign_in.passwords import new_password
from kiosk.accounts.sign_in.totp import needs_second_step, new_secret, seal_phone
from kiosk.accounts.staff.reader_keys import unlock_key_at_sign_in
from kiosk.adjustments import adjustments_named
from kiosk.audit.log import Acting
from kiosk.bands import Band
from kiosk.demo.names import MAIL_DOMAIN, DemoClass, DemoStaff, hollybank
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.sealing.site_key import SiteKey

WORDS_IN_PASSWORD = 5

Listed = dict[str, Any]
Secrets = dict[str, ReaderSecret]  # the secrets of readers, by e-mail address
WrappingKeys = dict[str, bytes]  # the key that each password gives, by e-mail address


def add_staff(session: Session, key: SiteKey, things: Sequence[str]) -> tuple[list[Listed], WrappingKeys]:
    """Add every adult with a random password; returns them as demo.json lists them, and what the passwords give."""
    wrapping: WrappingKeys = {}
    return [_add_adult(session, demo, key, things, wrapping) for demo in hollybank().staff], wrapping


def sign_in_readers(session: Session, key: SiteKey, wrapping: WrappingKeys, now: datetime) -> Secrets:
    """Everybody who reads or is proposed to read signs in once, which makes their keys; returns these."""
    secrets_of: Secrets = {}
    for staff in session.scalars(select(StaffMember).order_by(StaffMember.name)):
        if secret := unlock_key_at_sign_in(session, Acting(key, staff.id, now), staff, wrapping[staff.email]):
            secrets_of[staff.email] = secret
    return secrets_of


def add_classes(session: Session, key: SiteKey, things: Sequence[str]) -> list[Listed]:
    """Add every class with its children and their keys; returns them as demo.json lists them."""
    return [_add_class(session, demo, key, things) for demo in hollybank().classes]


def teacher_of(session: Session, group: ClassGroup) -> StaffMember:
    """Who teaches a demo class."""
    return session.scalars(
        select(StaffMember).join(ClassTeacher).where(ClassTeacher.class_group_id == group.id)
    ).one()


def is_demo_school(session: Session) -> bool:
    """Whether every adult here is invented; an empty school counts as one."""
    return not session.scalars(
        select(StaffMember.id).where(~StaffMember.email.endswith(MAIL_DOMAIN)).limit(1)
    ).all()


def _add_adult(
    session: Session,
    demo: DemoStaff,
    key: SiteKey,
    things: Sequence[str],
    wrapping: WrappingKeys,
) -> Listed:
    password = "-".join(secrets.choice(things) for _ in range(WORDS_IN_PASSWORD))
    made = new_password(password)
    staff = StaffMember(
        name=demo.name,
        email=demo.email + MAIL_DOMAIN,
        teaches=bool(demo.teaches),
        password_hash=made.stored,
    )
    session.add(staff)
    session.flush()
    for deputy, roles in ((False, demo.holds), (True, demo.deputises)):
        session.add_all(RoleHolder(role=role, deputy=deputy, staff_id=staff.id) for role in roles)
    session.flush()
    session.refresh(staff, ["holdings"])
    secret = new_secret() if needs_second_step(staff) else None
    if secret:
        seal_phone(key, staff, secret)
    wrapping[staff.email] = made.wrapping_key
    return {
        "name": staff.name,
        "email": staff.email,
        "password": password,
        "totp_secret": secret,
        "roles": sorted(staff.roles),
    }


def _add_class(session: Session, demo: DemoClass, key: SiteKey, things: Sequence[str]) -> Listed:
    group = ClassGroup(name=demo.name, year=demo.year, band=demo.band)
    session.add(group)
    session.flush()
    emails = [one.email + MAIL_DOMAIN for one in hollybank().staff if one.teaches == demo.name]
    for staff_id in session.scalars(select(StaffMember.id).where(StaffMember.email.in_(emails))):
        session.add(ClassTeacher(class_group_id=group.id, staff_id=staff_id))
    pupils = []
    for number, name in enumerate(demo.pupils):
        pupil = Pupil(class_group=group, first_name=name, picture=things[(number * 5) % len(things)])
        pupil.adjustments = adjustments_named(demo.adjusted.get(name, ())).number
        session.add(pupil)
        session.flush()
        pupils.append({"name": name, "key": new_key(session, pupil, key, things)})
    return {"name": demo.name, "band": demo.band.value, "code": "", "pupils": pupils}


def new_key(session: Session, pupil: Pupil, key: SiteKey, things: Sequence[str]) -> list[str] | str:
    """Give a child a key: the pictures to tap, or the words to type; none for the youngest."""
    if pupil.class_group.band == Band.KS1:
        return []
    made = draw_key(pupil, key, things)
    give_key(session, pupil, hash_key(made.things))
    return list(made.things) if pupil.class_group.band == Band.KS2 else made.passphrase
