"""Copies the readers' addresses and absences into the report zone."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.readers.proposals.approval import apply_signed_changes, is_unsettled
from kiosk.readers.proposals.proposals import forget_lapsed
from kiosk.readers.signed_list.recipients import readers_differ, readers_from_roles
from kiosk.report.access.keyring import ZONE_ID
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.access.renewals_due import note_due_renewals, replace_readers
from kiosk.report.list_in_memory import current_keyring
from kiosk.report.models import Reader, Zone
from kiosk.report.setup import zone_of
from kiosk.sealing.list_statements import Version
from kiosk.storage.db import Databases


def publish_readers(databases: Databases, config: Config, today: date) -> None:
    """Update the report zone's copy of readers; complete what the list says already but a crash left undone."""
    with databases.reports.session(write=False) as reports:
        chain = verified_chain(reports, config.readers_root)
    with databases.school.session(write=False) as school:
        unsettled = is_unsettled(school, chain, today)
    if unsettled:
        with databases.school.write() as school, databases.reports.write() as reports:
            queue_mail(reports, MailKind.CHANGE, apply_signed_changes(school, chain, today))
            forget_lapsed(school, today)
    with databases.school.session(write=False) as school:
        with databases.reports.session(write=False) as reports:
            behind = copy_is_outdated(reports, readers_from_roles(school, today), chain, today)
        if behind:
            with databases.reports.write() as reports:  # checked again, as another process may have done it
                update_copy(reports, readers_from_roles(school, today), chain, today)
    if config.readers_root:
        # It also warns the readers by mail if the stored list does not continue the one in memory.
        current_keyring(databases.reports, config)


def copy_is_outdated(
    reports: Session, readers: Sequence[Reader], chain: tuple[Version, ...], today: date
) -> bool:
    """Whether these readers, their absences or the list have changed since the open reports were last checked."""
    return readers_differ(reports, readers) or _has_news(reports, chain, today)


def update_copy(reports: Session, readers: Sequence[Reader], chain: tuple[Version, ...], today: date) -> None:
    """Copy these readers and note every report that needs a new key; people are told of one with too few readers."""
    if readers_differ(reports, readers):
        replace_readers(reports, readers, today)
    else:
        note_due_renewals(reports, today)
    zone = zone_of(reports)
    zone.noted_version, zone.noted_on = chain[-1].number if chain else 0, today


def _has_news(reports: Session, chain: tuple[Version, ...], today: date) -> bool:
    """Whether the list has a new version, or somebody's waiting time has ended, since the reports were last checked."""
    if not chain:
        return False
    zone = reports.get(Zone, ZONE_ID)
    if zone is None or zone.noted_version != chain[-1].number or zone.noted_on is None:
        return True
    last = zone.noted_on
    return any(
        last < one.from_day <= today or last <= one.to_day < today for one in chain[-1].readers.values()
    )
