"""Taking a report: sealed in memory, and later stored in one transaction with its keys, its thread and its alerts."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Table, bindparam, insert, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.db import ReportsBase
from kiosk.mail import outbox
from kiosk.report.access.integrity_columns import IN_BODY, sealed_part
from kiosk.report.access.keyring import Keyholder, Keyring, able_readers, read_keyring
from kiosk.report.access.routes import PRACTICE, ROUTES, SELF_TEST, Route, is_urgent, readers_for, route_of
from kiosk.report.form import Answers
from kiosk.report.models import Report, ReportReader, ReportState, Thread
from kiosk.sealing.envelope import ENVELOPE_VERSION, new_case_key, seal, wrap
from kiosk.sealing.picture_code import code_of, thread_of
from kiosk.sealing.reader_key import mark_of
from kiosk.sealing.site_key import SiteKey
from kiosk.upsert import insert_or_keep

KEPT_OUT = "kept_out"  # inside the envelope: ids of people who must never read it
READERS = "readers"  # inside the envelope: for whom, and for which of their keys, the case key is wrapped
ID_LETTERS = 32  # of such an entry: the id; the mark of the key follows
RECOVERY_ID = uuid.UUID(int=0)  # the reader id of the recovery key


@dataclass(frozen=True)
class Wrap:
    """A case key for one reader."""

    reader_id: uuid.UUID
    key_mark: bytes
    wrapped: bytes


@dataclass(frozen=True)
class SealedReport:
    """Everything that is stored of a report; its content cannot be read without a reader's key."""

    id: uuid.UUID
    day: date
    slot: int
    route: str
    urgent: bool
    retention: str
    envelope: bytes
    wraps: tuple[Wrap, ...]
    alerts: tuple[str, ...]
    thread_id: bytes = b""
    thread_key: bytes = b""
    ring_mark: bytes = b""  # of the readers for whom it was sealed


@dataclass(frozen=True)
class PreparedReport:
    """A report ready to be stored, and what the child is shown afterwards."""

    answers: Answers
    sealed: SealedReport
    route: Route
    readers: tuple[Keyholder, ...]
    code: tuple[int, ...] = ()  # the pictures that lead to the answer, if the child wants one


def route_for(answers: Answers, readers: Sequence[Keyholder]) -> Route:
    """The route for these answers; ticking the person who is head counts as a report about the head."""
    ticked = [reader for reader in readers if reader.id.hex in answers.exclude]
    ticked_head = any("principal" in reader.roles.split() for reader in ticked)
    return route_of(
        answers.concern, answers.danger, answers.follow, answers.head, ticked_head, bool(answers.exclude)
    )


def kept_out(route: Route, readers: Sequence[Keyholder], ticked: Sequence[str]) -> list[str]:
    """Who must never read a report, by person and for good, whatever roles they hold later (promise G1).

    Everybody ticked, known or not, and every present holder and deputy of a role that the route keeps out.
    """
    never = {reader.id.hex for reader in readers if set(reader.roles.split()) & set(route.never)}
    return sorted(never | set(ticked))


def prepare(
    ring: Keyring,
    key: SiteKey,
    calendar: SchoolCalendar,
    answers: Answers,
    now: datetime,
    sent_by_kiosk: str = "",
) -> PreparedReport:
    """Seal a report for the readers of its route, and for recovery; touches no database.

    `sent_by_kiosk` is the route of a report that the machine itself sends.
    """
    route = ROUTES[sent_by_kiosk] if sent_by_kiosk else route_for(answers, ring.readers)
    report_id, slot = key.report_id(answers.nonce, answers.whole()), calendar.slot_of(now)
    out = kept_out(route, ring.readers, answers.exclude)
    chosen = readers_for(route, able_readers(ring.readers), out)
    code = code_of(key, answers.nonce) if answers.reply else ()
    thread = thread_of(key, code) if code else None
    urgent = is_urgent(answers.danger, answers.follow) or sent_by_kiosk == PRACTICE
    body = answers.body() | {KEPT_OUT: out, IN_BODY: sealed_part(slot, urgent, route.retention)}
    if thread:
        body["thread"] = {
            "id": thread.id.hex(),
            "key": thread.public_key.hex(),
            "secret": thread.secret.hex(),
        }
    case_key = new_case_key()
    wraps = tuple(wraps_for(report_id, case_key, chosen, ring.recovery))
    body[READERS] = access_of(wraps)
    sealed = SealedReport(
        id=report_id,
        day=slot.day,
        slot=slot.minute,
        route=route.id,
        urgent=urgent,
        retention=route.retention,
        envelope=seal(report_id, route.id, body, case_key),
        wraps=wraps,
        alerts=alerts_for(
            [one for one in chosen if not one.absent] or chosen or to_alarm(ring, out), sent_by_kiosk
        ),
        thread_id=thread.id if thread else b"",
        thread_key=thread.public_key if thread else b"",
        ring_mark=ring.mark,
    )
    return PreparedReport(answers, sealed, route, tuple(chosen), code)


def alerts_for(readers: Sequence[Keyholder], sent_by_kiosk: str) -> tuple[str, ...]:
    """Who is alerted to a report: nobody for a self-test, which is opened when the first reader visits a page."""
    return () if sent_by_kiosk == SELF_TEST else tuple(sorted({reader.email for reader in readers}))


def wraps_for(
    report_id: uuid.UUID, case_key: bytes, readers: Sequence[Keyholder], recovery: bytes | None
) -> list[Wrap]:
    """The case key for each of these readers, and for the recovery key."""
    keys = [(reader.id, reader.public_key) for reader in readers] + [(RECOVERY_ID, recovery)]
    return [
        Wrap(reader_id, mark_of(public_key), wrap(report_id, case_key, public_key))
        for reader_id, public_key in keys
        if public_key
    ]


def access_of(wraps: Iterable[Wrap]) -> list[str]:
    """Who has access by these, as the sealed text repeats it: rows that somebody adds by hand make nobody a reader."""
    return sorted(access_mark(one.reader_id, one.key_mark) for one in wraps)


def access_mark(reader_id: uuid.UUID, key_mark: bytes) -> str:
    """A reader and the mark of their key, as the sealed text names who has access; it begins with the id."""
    return reader_id.hex + key_mark.hex()


def to_alarm(ring: Keyring, excluded: Sequence[str]) -> list[Keyholder]:
    """Who is alerted to a report that nobody can open yet: the chair, or else readers not ticked (promise S4)."""
    left = [reader for reader in ring.readers if reader.id.hex not in excluded]
    return [reader for reader in left if "chair" in reader.roles.split()] or left


def store(session: Session | Connection, sealed: SealedReport) -> None:
    """Add a report with its wrapped keys, its thread and its alerts; a report that exists already is left alone.

    Durable once the caller has committed.
    """
    if session.execute(_SAME_REPORT, {"id": sealed.id}).first() is not None:
        return
    session.execute(
        _ADD_REPORT,
        {
            "id": sealed.id,
            "day": sealed.day,
            "slot": sealed.slot,
            "route": sealed.route,
            "urgent": sealed.urgent,
            "state": ReportState.RELEASED,
            "retention": sealed.retention,
            "envelope_version": ENVELOPE_VERSION,
            "envelope": sealed.envelope,
        },
    )
    if sealed.wraps:
        session.execute(
            _ADD_READERS,
            [
                {
                    "report_id": sealed.id,
                    "reader_id": one.reader_id,
                    "key_mark": one.key_mark,
                    "wrapped": one.wrapped,
                }
                for one in sealed.wraps
            ],
        )
    if sealed.thread_id:
        insert_or_keep(session, Thread, {"id": sealed.thread_id, "public_key": sealed.thread_key})
    outbox.queue_alert(session, sealed.id, list(sealed.alerts))


def _table(model: type[ReportsBase]) -> Table:
    """Insert rows without ORM objects, so that a burst of reports is fast."""
    return ReportsBase.metadata.tables[model.__tablename__]


# Made once: making a statement costs as much as sending it.
_SAME_REPORT = select(Report.id).where(Report.id == bindparam("id"))
_ADD_REPORT, _ADD_READERS = (insert(_table(model)) for model in (Report, ReportReader))


def take_report(
    session: Session, key: SiteKey, calendar: SchoolCalendar, answers: Answers, now: datetime
) -> PreparedReport:
    """Seal a report and store it without the intake, for the demo and tests; durable once the caller has committed."""
    taken = prepare(read_keyring(session), key, calendar, answers, now)
    store(session, taken.sealed)
    return taken
