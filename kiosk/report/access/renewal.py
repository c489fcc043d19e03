"""Who can open which report: access ends at once when people leave or step aside, and only readers can give it."""

import secrets
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kiosk.mail.outbox import queue_alert, queue_mail
from kiosk.report.access.integrity_columns import Altered, put_back, with_retention
from kiosk.report.access.keyring import Keyholder, Keyring, read_keyring
from kiosk.report.access.known_readers import entries_known_to
from kiosk.report.access.opening import (
    EARLIER_KEYS,
    KeyNotGranted,
    OpenedRow,
    Opener,
    ReportNotYours,
    in_savepoints,
    is_reader,
    opened_row,
    readers_of,
)
from kiosk.report.access.reader_chain import chain_contains
from kiosk.report.access.renewals_due import can_read, kind_of_alarm, whom_to_alarm
from kiosk.report.access.routes import (
    CAN_BE_HANDED,
    EVERY_READER,
    FEWEST_READERS,
    HANDED_OVER,
    ROUTES,
    readers_for,
)
from kiosk.report.access.sealed_report import (
    ID_LETTERS,
    KEPT_OUT,
    READERS,
    RECOVERY_ID,
    access_mark,
    access_marks,
    wraps_for,
)
from kiosk.report.models import KeyDue, Report, ReportReader
from kiosk.sealing.boxes import public_of
from kiosk.sealing.envelope import EnvelopeBroken, new_case_key, seal
from kiosk.sealing.reader_key import mark_of

ASIDE = "aside"  # inside the sealed text: who stepped aside and must never get access again
MOST_AT_ONCE = 100  # reports renewed in one request


class NobodyLeft(Exception):
    """The last person who can read a report cannot step aside, because nobody would read it then."""


class CannotBeHandedOver(Exception):
    """Only what a coordinator reads first can be handed over, and never what may be about somebody at school."""


class ReaderListChanged(Exception):
    """The list of readers is not one that continues what this reader's key was compared with."""


def step_aside(session: Session, report_id: uuid.UUID, opener: Opener) -> list[Keyholder]:
    """Remove the opener, who may be involved, and renew the case key; returns the remaining readers.

    If fewer than two of them are there, those who can have to do with it are told (promise G5). Raises NobodyLeft, or
    ReaderListChanged if the new key would be sealed for a list new to this reader; the caller then rolls back.
    """
    recipients = read_keyring(session, today=opener.today)
    if not _has_seen(recipients, opener):
        raise ReaderListChanged
    row = session.get_one(Report, report_id, with_for_update=True)
    opened = opened_row(session, row, opener)
    opened.body[ASIDE] = sorted({*opened.body.get(ASIDE, []), opener.id.hex})
    had = {reader.id for reader in readers_of(session, row.id, opened.access)}
    left = _renew_key(session, row, opened, recipients, entries_known_to(recipients, opener), taken_out=True)
    if not left:
        raise NobodyLeft
    present = sum(not one.absent for one in left)
    if present < FEWEST_READERS:
        holders = had | {one.id for one in left}
        out = excluded_from(opened.body)
        queue_mail(
            session,
            kind_of_alarm(present),
            whom_to_alarm(opened.route, recipients.readers, holders, not present, out),
        )
    return left


def hand_over(session: Session, report_id: uuid.UUID, opener: Opener) -> list[Keyholder]:
    """Give a report to the readers of HANDED_OVER, with a new key (promise G13); returns them.

    Whoever is none of them loses access at once.

    Raises CannotBeHandedOver where its route does not allow it; NobodyLeft and ReaderListChanged as `step_aside` does.
    """
    recipients = read_keyring(session, today=opener.today)
    if not _has_seen(recipients, opener):
        raise ReaderListChanged
    row = session.get_one(Report, report_id, with_for_update=True)
    opened = opened_row(session, row, opener)
    if opened.differs:
        put_back(session, row, opened.route.id, opened.body, opened.case_keys[0], Altered.COLUMNS)
    if opened.route.id not in CAN_BE_HANDED:
        raise CannotBeHandedOver
    to = ROUTES[HANDED_OVER]
    body = with_retention(opened.body, to.retention)
    row.route, row.retention = to.id, to.retention
    moved = replace(opened, route=to, body=body, differs=False)
    left = _renew_key(session, row, moved, recipients, entries_known_to(recipients, opener), taken_out=True)
    if not left:
        raise NobodyLeft
    return left


def renew_due_keys(session: Session, opener: Opener) -> int:
    """Renew the key of noted reports that the opener can open, and give access as noted; returns how many.

    Chosen at random if there are very many, so that reports that cannot be renewed do not block the others.
    """
    due = session.scalars(
        select(KeyDue.report_id)
        .join(ReportReader, ReportReader.report_id == KeyDue.report_id)
        .where(
            ReportReader.reader_id == opener.id,
            ReportReader.key_mark == mark_of(public_of(opener.private_key)),
        )
    ).all()
    if not due:
        return 0
    recipients = read_keyring(session, today=opener.today)
    if not _has_seen(recipients, opener):
        return 0  # nothing is sealed for people in a list that the opener has not seen
    some = due if len(due) <= MOST_AT_ONCE else secrets.SystemRandom().sample(list(due), MOST_AT_ONCE)
    rows = session.scalars(
        select(Report)
        .where(Report.id.in_(some))
        .with_for_update(skip_locked=True)  # if two readers do this at once, each report is renewed once
    ).all()
    known = entries_known_to(recipients, opener)
    return sum(
        in_savepoints(session, rows, lambda row: _renew_if_open(session, row, opener, recipients, known))
    )


def renew_with_recovery(session: Session, private_key: bytes, today: date | None = None) -> int:
    """Give the readers of each route access to every report, with the recovery key; returns how many.

    Nobody whom a child ticked, who is kept out or who stepped aside gets access. Closed cases stay closed, and no
    mail is sent.
    """
    opener = Opener(RECOVERY_ID, EVERY_READER, private_key, today=today)
    rows = session.scalars(select(Report).with_for_update()).all()
    recipients = read_keyring(session, today=today)
    return sum(
        in_savepoints(session, rows, lambda row: _renew_if_open(session, row, opener, recipients, recipients))
    )


def _has_seen(recipients: Keyring, opener: Opener) -> bool:
    """Whether the list goes on from the one that this reader's key was compared with."""
    return opener.seen is None or chain_contains(recipients.chain, *opener.seen)


def _renew_if_open(
    session: Session, row: Report, opener: Opener, recipients: Keyring, known: Keyring
) -> bool:
    if opener.id != RECOVERY_ID and not is_reader(recipients, opener.id, row.route):
        return False
    try:
        opened = opened_row(session, row, opener)
    except (ReportNotYours, KeyNotGranted, EnvelopeBroken):
        return False
    if opened.closed and opener.id != RECOVERY_ID:
        return _renew_for_sheets(session, row, opened, recipients, known)
    _renew_key(session, row, opened, recipients, known)
    return True


def _renew_key(
    session: Session,
    row: Report,
    opened: OpenedRow,
    recipients: Keyring,
    known: Keyring,
    taken_out: bool = False,
) -> list[Keyholder]:
    """Give access to everybody who may read this report now, as far as the opener knows them; returns these readers.
    The renewal is done then, unless somebody is still new to the opener (`entries_known_to`). The case key changes
    only where somebody, or a key that was replaced, loses access: once two able readers have the new one (until then
    all that was wrapped is kept, promise G5), or at once where somebody was taken out. The sealed text says who had
    access; a forged row gives no access and is deleted.
    """
    if opened.differs:
        put_back(session, row, opened.route.id, opened.body, opened.case_keys[0], Altered.COLUMNS)
    had, case_key = set(opened.body.get(READERS, [])), opened.case_keys[0]
    had_ids = {one[:ID_LETTERS] for one in had}
    wanted = _next_readers(row, recipients.readers, had_ids, excluded_from(opened.body))
    able = {one.id for one in known.readers if one.able}
    # Who has access with this very key keeps it through a change of the case key, whatever role is news.
    chosen = [
        one for one in wanted if one.id in able or access_mark(one.id, mark_of(one.public_key or b"")) in had
    ]
    news = {one.id.hex for one in wanted if one not in chosen}
    wraps = wraps_for(row.id, case_key, chosen, known.recovery)
    access = set(access_marks(wraps))
    whole = sum(not one.absent for one in chosen) >= FEWEST_READERS
    stays = had - access  # they lose access with the next key; who is news keeps it until it is given again
    body = dict(opened.body)
    if taken_out or (whole and any(one[:ID_LETTERS] not in news for one in stays)):
        case_key = new_case_key()
        body[EARLIER_KEYS] = [key.hex() for key in opened.case_keys]
        wraps = wraps_for(row.id, case_key, chosen, known.recovery)
        stays = {one for one in stays if one[:ID_LETTERS] in news}
    body[READERS] = sorted(access | stays)
    if body != opened.body:
        row.envelope = seal(row.id, row.route, body, case_key)
    partly = bool(news) or known.recovery != recipients.recovery
    if partly:
        session.merge(KeyDue(report_id=row.id))
    else:
        session.execute(delete(KeyDue).where(KeyDue.report_id == row.id))
    session.flush()
    if partly and body == opened.body and _rows_of(session, row.id) == access | stays:
        # the missing readers are still unknown to the opener, so nothing can be added and nothing is written
        return chosen
    kept = {uuid.UUID(one[:ID_LETTERS]) for one in stays} - {one.reader_id for one in wraps}
    old = ReportReader.report_id == row.id
    session.execute(delete(ReportReader).where(old, ReportReader.reader_id.not_in(kept)))
    session.execute(insert(ReportReader), [{"report_id": row.id, **vars(one)} for one in wraps])
    new = [reader.email for reader in chosen if reader.id.hex not in had_ids and not opened.closed]
    queue_alert(session, row.id, new)
    return chosen


def _renew_for_sheets(
    session: Session, row: Report, opened: OpenedRow, recipients: Keyring, known: Keyring
) -> bool:
    """Let the sheets in use open a closed report too, and change nothing else; its readers follow when it is reopened.

    It stays due while the sheets are news to the opener.
    """
    if known.recovery != recipients.recovery:
        return False
    session.execute(delete(KeyDue).where(KeyDue.report_id == row.id))
    wraps = wraps_for(row.id, opened.case_keys[0], [], known.recovery)
    others = {one for one in opened.body.get(READERS, []) if not one.startswith(RECOVERY_ID.hex)}
    readers = sorted({*others, *access_marks(wraps)})
    if not wraps or readers == opened.body.get(READERS):
        return False
    row.envelope = seal(row.id, opened.route.id, opened.body | {READERS: readers}, opened.case_keys[0])
    session.flush()
    mine = (ReportReader.report_id == row.id, ReportReader.reader_id == RECOVERY_ID)
    session.execute(delete(ReportReader).where(*mine))
    session.execute(insert(ReportReader), [{"report_id": row.id, **vars(one)} for one in wraps])
    return True


def _rows_of(session: Session, report_id: uuid.UUID) -> set[str]:
    wraps = select(ReportReader.reader_id, ReportReader.key_mark).where(ReportReader.report_id == report_id)
    return {access_mark(one.reader_id, one.key_mark) for one in session.execute(wraps)}


def excluded_from(body: Mapping[str, Any]) -> set[str]:
    """Everybody who must never read a report with this content, by id (promise G1)."""
    return {*body.get("exclude", []), *body.get(KEPT_OUT, []), *body.get(ASIDE, [])}


def _next_readers(
    row: Report, everybody: Sequence[Keyholder], had: Collection[str], out: Collection[str]
) -> list[Keyholder]:
    # Whoever takes over gains nothing that the other one was kept out of (promise G1).
    out = {*out, *(one.id.hex for one in everybody if one.follows & set(out) and one.id.hex not in had)}
    able = [reader for reader in everybody if reader.able and reader.id.hex not in out]
    own = readers_for(ROUTES[row.route], able, out)
    new = {reader.id for reader in able if reader.reads_from <= row.day}
    chosen = [
        reader
        for reader in able
        if can_read(reader, row.route) and (reader.id.hex in had or (reader.id in new and reader in own))
    ]
    if sum(not one.absent for one in chosen) < FEWEST_READERS:
        chosen += [reader for reader in own if reader not in chosen]
    return chosen
