"""Which reports need another reader or another key, and who is told where too few are left (promise G5)."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from kiosk.mail.messages import ABOUT_REPORTS, MailKind
from kiosk.mail.outbox import OutboxRow, queue_mail
from kiosk.report.access.keyring import Keyholder, Keyring, read_keyring
from kiosk.report.access.routes import FEWEST_READERS, ROUTES, Route, may_read
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.models import KeyDue, Reader, Report, ReportReader, ReportState
from kiosk.sealing.reader_key import mark_of


def replace_readers(session: Session, readers: Iterable[Reader], today: date | None = None) -> None:
    """Update the copy of who can receive reports, and note every report whose key has to be renewed.

    Access ends at once for somebody who may no longer read: nobody opens a report who is not in the list with a role
    of its route. What was wrapped for them is deleted only when two others have the renewed key (promise G5). Where a
    report has fewer than two able readers now, earlier and present readers are told (`whom_to_alarm`).
    """
    everybody = list(readers)
    before = [
        Keyholder(one.id, one.name, one.email, one.roles, None) for one in session.scalars(select(Reader))
    ]
    session.execute(delete(Reader))
    session.flush()
    session.add_all(everybody)
    session.flush()
    addresses = {reader.email for reader in everybody}
    session.execute(
        delete(OutboxRow).where(OutboxRow.address.not_in(addresses), OutboxRow.kind.in_(ABOUT_REPORTS))
    )
    note_due_renewals(session, today, before)


def note_due_renewals(session: Session, today: date | None = None, before: Sequence[Keyholder] = ()) -> None:
    """Note every open report that needs a new key or another reader; who has access to one with too few is told.

    It is a change of who does what; late where nobody is left, as somebody has to act then. Closed reports need nothing
    but a key for new sheets: or else nobody could ever open them again.

    `before`: who was in the copy of readers until now.
    """
    recipients = read_keyring(session, today=today)
    holders = {one.id: one for one in recipients.readers}
    wrapped: dict[uuid.UUID, set[uuid.UUID]] = {}
    able: dict[uuid.UUID, set[uuid.UUID]] = {}
    due: set[uuid.UUID] = set()
    at_work = select(Report.id, Report.route, Report.day).where(Report.state != ReportState.CLOSED)
    routes: dict[uuid.UUID, Report] = {row.id: row for row in session.execute(at_work)}  # type: ignore[misc]
    wraps = select(ReportReader.report_id, ReportReader.reader_id, ReportReader.key_mark)
    of_these = wraps.join(Report, Report.id == ReportReader.report_id)
    for one in session.execute(of_these.where(Report.state != ReportState.CLOSED)):
        report, reader = routes.get(one.report_id), holders.get(one.reader_id)
        if report is None:  # it has come since
            continue
        if one.reader_id == RECOVERY_ID:  # new sheets have to open what was sealed for the old ones
            if recipients.recovery and one.key_mark != mark_of(recipients.recovery):
                due.add(one.report_id)
            continue
        wrapped.setdefault(one.report_id, set()).add(one.reader_id)
        if reader and can_read(reader, report.route) and mark_of(reader.public_key or b"") == one.key_mark:
            able.setdefault(one.report_id, set()).add(one.reader_id)
        elif reader is None or not reader.waits:
            due.add(one.report_id)
    told: dict[MailKind, set[str]] = {MailKind.CHANGE: set(), MailKind.LATE: set()}
    judged: dict[tuple[str, date], set[str]] = {}
    for report_id, report in routes.items():
        has = able.get(report_id, set())
        present = sum(not holders[id].absent for id in has)
        if present < FEWEST_READERS or any(_is_new(reader, report, has) for reader in recipients.readers):
            due.add(report_id)
        if present < FEWEST_READERS:
            had = wrapped.get(report_id, set())
            place = report.route, report.day
            if not present and place not in judged:
                judged[place] = readers_at_sealing(recipients, ROUTES[report.route], report.day)
            out = judged.get(place, set()) - {id.hex for id in had}
            told[kind_of_alarm(present)] |= whom_to_alarm(
                ROUTES[report.route], (*before, *recipients.readers), had, not present, out
            )
    due |= _closed_without_new_sheets(session, recipients, holders)
    known = set(session.scalars(select(KeyDue.report_id)))
    session.add_all(KeyDue(report_id=report_id) for report_id in due - known)
    for kind, addresses in told.items():
        queue_mail(session, kind, addresses)
    session.flush()


def kind_of_alarm(present: int) -> MailKind:
    """The mail to those with access to a report that so few can open: it never says stop, as no proof has failed."""
    return MailKind.CHANGE if present else MailKind.LATE


def whom_to_alarm(
    route: Route,
    people: Sequence[Keyholder],
    holders: Collection[uuid.UUID],
    nobody: bool,
    out: Collection[str] = (),
) -> set[str]:
    """The addresses of those to whom it is said that a report has fewer than two able readers.

    Everybody who had or has access to it; where nobody is left who can open it, also all whose role its route reads.
    Never somebody in `out`, nor a past or present holder of a role that the route excludes: the mail would reveal the
    report to them (promise S9).
    """
    never = {one.id for one in people if set(one.roles.split()) & set(route.never)}
    return {
        one.email
        for one in people
        if one.email
        and one.id not in never
        and one.id.hex not in out
        and (one.id in holders or (nobody and may_read(route, one.roles.split())))
    }


def readers_at_sealing(recipients: Keyring, route: Route, day: date) -> set[str]:
    """Whom a report of that day was sealed for or kept from, by what the list said then: who held a role of its route.

    Who is among them and has no key to it was kept out: the head on that day, who may be lead or chair by now, or
    somebody ticked (promise S9). No plaintext column tells whom a child ticked from who took such a role only later.
    """
    found: set[str] = set()
    reading: set[str] = set()
    for version in recipients.chain:
        entries = version.readers.items()
        if version.day <= day:
            found |= {id for id, one in entries if set(one.roles) & set(route.never)}
        if version.day < day or version.number == 1:
            reading = {id for id, one in version.active(day).items() if set(one.roles) & set(route.readers)}
    return found | reading


def can_read(reader: Keyholder, route: str) -> bool:
    """Whether somebody with a key may be a reader of this route."""
    return reader.able and may_read(ROUTES[route], reader.roles.split())


def renewal_is_due(session: Session) -> bool:
    """Whether a report waits for a reader to renew its key."""
    return bool(session.scalar(select(exists().where(KeyDue.report_id.is_not(None)))))


def _is_new(reader: Keyholder, report: Report, has: Collection[uuid.UUID]) -> bool:
    """Whether a new reader should have access to this report, by role and day, and does not have it yet."""
    return (
        reader.listed
        and reader.reads_from <= report.day
        and reader.id not in has
        and bool(set(reader.roles.split()) & set(ROUTES[report.route].readers))
        and can_read(reader, report.route)
    )


def _closed_without_new_sheets(
    session: Session, recipients: Keyring, holders: Mapping[uuid.UUID, Keyholder]
) -> set[uuid.UUID]:
    """Closed reports that the sheets in use do not open yet, where a reader is left who can change that."""
    if not recipients.recovery:
        return set()
    old = (
        select(Report.id)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(Report.state == ReportState.CLOSED, ReportReader.reader_id == RECOVERY_ID)
        .where(ReportReader.key_mark != mark_of(recipients.recovery))
    )
    rows = session.execute(
        select(ReportReader.report_id, ReportReader.reader_id, ReportReader.key_mark, Report.route)
        .join(Report, Report.id == ReportReader.report_id)
        .where(Report.id.in_(old))
    )
    return {
        one.report_id
        for one in rows
        if (reader := holders.get(one.reader_id))
        and can_read(reader, one.route)
        and mark_of(reader.public_key or b"") == one.key_mark
    }
