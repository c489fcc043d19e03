"""A new site key in the place of one that others may know: two people agree, and nothing of the school is lost.

The file is the moment of change. Until it is written everything is as it was; afterwards `finish_new_key` makes anew
what the old key has made, in one transaction, at the latest at the next start. What nobody can make again (threads
whose pictures only children know) needs the old key until the last of it ends; then the worker deletes it.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.steps import SignInStep, find_by_email, try_code
from kiosk.accounts.sign_in.totp import seal_phones_anew
from kiosk.accounts.staff.links import end_mailed_links, holds_role, role_given_at, role_holders
from kiosk.audit.log import Acting, LogAct
from kiosk.audit.marking import mark_anew
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config, SettingError
from kiosk.host.files import write_durably
from kiosk.incidents.case.need_to_know import prove_anew
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.readers.signed_list.versions import first_reading_day
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.intake.sealed_item import open_sealed_items
from kiosk.report.intake.store import open_intake
from kiosk.report.models import Thread
from kiosk.sealing.key_fingerprint import ROW_ID, SiteKeyMark, keep_sealed, kept_threads, shown_fingerprint
from kiosk.sealing.site_key import SITE_KEY_BYTES, SiteKey, read_site_key
from kiosk.storage.db import Database, Databases, now_utc

# Ids of reports are kept as long; those of self-tests follow from the key, and no child's report may be taken for one.
AT_LEAST = timedelta(days=60)


@dataclass(frozen=True)
class Approval:
    """Two people who are there, by the codes of their phones, and the key that both mean."""

    first: StaffMember
    second: StaffMember
    key: SiteKey


def new_key_after(old: SiteKey) -> SiteKey:
    """A new key, which keeps what outlasts the old one."""
    return SiteKey(secrets.token_bytes(SITE_KEY_BYTES), old.lasting.raw, (old.raw, *old.earlier))


def present_holder(
    databases: Databases, config: Config, calendar: SchoolCalendar, email: str, code: str
) -> StaffMember:
    """Whoever holds a role and has the phone that shows this code; raises SettingError, and counts a wrong code.

    No password is asked for: nobody types one that opens reports at a machine that others look after.
    """
    now = now_utc()
    with databases.reports.session(write=False) as reports:
        chain = verified_chain(reports, config.readers_root)
    with databases.school.write() as session:
        staff = find_by_email(session, email)
        key = read_site_key(config.key_path)
        step = try_code(session, key, staff.id, code, None, now).step if staff else SignInStep.AGAIN
        given = role_given_at(session, staff.id) if staff else None
    if staff is None or step is not SignInStep.IN:
        raise SettingError(
            "this is not the code that this person's phone shows now, or there were too many tries"
        )
    day = given.astimezone(config.zone).date() if given else date.min
    is_new = bool(chain) and day > chain[0].day
    if is_new and first_reading_day(calendar, day) > now.astimezone(config.zone).date():
        raise SettingError("it takes two people who have held a role for two school days")
    if not holds_role(staff) or staff.frozen_on:
        raise SettingError("it takes two people who hold a role, and whose key is not frozen")
    return staff


def replace_key(config: Config, databases: Databases, approval: Approval, now: datetime) -> None:
    """Put this key in the place of the school's; SettingError for one person, or where it was changed meanwhile."""
    first, second, new = approval.first, approval.second, approval.key
    if first.id == second.id:
        raise SettingError("it takes two people: this is the same one")
    old = read_site_key(config.key_path)
    if new.earlier[:1] != (old.raw,):
        raise SettingError("the site key has been replaced meanwhile; begin again")
    with databases.school.session(write=False) as session:
        addresses = [one.email for one in role_holders(session)]
    with databases.reports.write() as reports:  # first, so that it never happens without notice
        queue_mail(reports, MailKind.POWER, addresses)
    with databases.school.write() as session:
        session.get_one(SiteKeyMark, ROW_ID).next_fingerprint = new.fingerprint
        for one in (first, second):
            Acting(old, one.id, now).note(session, LogAct.SITE_KEY_AGREED, mark=shown_fingerprint(new))
    write_durably(config.key_path, new.as_text())
    finish_new_key(config, databases)


def finish_new_key(config: Config, databases: Databases) -> bool:
    """Make anew what the old key has made, where that is still due; two processes do it once. Whether it was due."""
    new = read_site_key(config.key_path)
    with databases.school.session(write=False) as session:
        if not _is_due(session.get(SiteKeyMark, ROW_ID), new):
            return False
    threads = list(_threads(config, databases.reports, new))
    with databases.school.write() as session:
        mark = session.get_one(SiteKeyMark, ROW_ID, with_for_update=True)
        if not _is_due(mark, new):  # another process has done it meanwhile
            return False
        old = replace(new.all[1], earlier=new.earlier[1:])
        held = {**kept_threads(old, mark.kept), old.raw: (now_utc().astimezone(config.zone).date(), threads)}
        seal_phones_anew(session, old, new)
        end_mailed_links(session, old, new)
        prove_anew(session, old, new)
        mark_anew(session, old, new)
        mark = session.get_one(SiteKeyMark, ROW_ID)
        mark.kept, mark.fingerprint, mark.next_fingerprint = keep_sealed(new, held), new.fingerprint, None
        Acting(new, None, now_utc()).note(session, LogAct.SITE_KEY_REPLACED, mark=shown_fingerprint(new))
    return True


def end_earlier_keys(config: Config, databases: Databases, today: date) -> bool:
    """Delete each earlier key that nothing needs any more, from the file and the database; whether one was."""
    key = read_site_key(config.key_path)
    if not key.earlier:
        return False
    with databases.school.session(write=False) as session:
        mark = session.get_one(SiteKeyMark, ROW_ID)
        held = kept_threads(key, mark.kept)
    still = tuple(
        raw for raw in key.earlier if raw in held and _is_needed(databases.reports, *held[raw], today)
    )
    left = replace(key, earlier=still)
    if left == key:
        return False
    with databases.school.write() as session:
        session.get_one(SiteKeyMark, ROW_ID).kept = keep_sealed(left, held)
    write_durably(config.key_path, left.as_text())  # last: a kill before it is made good the next day
    return True


def _is_due(mark: SiteKeyMark | None, new: SiteKey) -> bool:
    return (
        mark is not None
        and mark.next_fingerprint == new.fingerprint
        and len(new.all) > 1
        and new.all[1].fingerprint == mark.fingerprint
    )


def _threads(config: Config, reports: Database, key: SiteKey) -> Iterator[bytes]:
    """The threads that there are, also of what waits in the intake."""
    intake = open_intake(config)
    try:
        for slot in intake.slots():
            for one in open_sealed_items(key, intake.get(intake.ids(slot))):
                yield one.thread_id
    finally:
        intake.dispose()
    with reports.session(write=False) as session:
        yield from session.scalars(select(Thread.id))


def _is_needed(reports: Database, since: date, threads: Sequence[bytes], today: date) -> bool:
    if today < since + AT_LEAST:
        return True
    with reports.session(write=False) as session:
        return not set(threads).isdisjoint(session.scalars(select(Thread.id)))
