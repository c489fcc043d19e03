"""Taking a report: one durable transaction with its alerts, or an honest refusal."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import outbox
from kiosk.calendar import SchoolCalendar
from kiosk.report.form import Answers
from kiosk.report.models import Reader, Report, ReportReader, State
from kiosk.report.routes import Route, is_urgent, readers_for, route_of
from kiosk.sealing.envelope import PLAIN_VERSION, pack
from kiosk.sealing.site_key import SiteKey


def all_readers(session: Session) -> Sequence[Reader]:
    """Everybody who may be sent a report, by name."""
    return session.scalars(select(Reader).order_by(Reader.name)).all()


def route_for(answers: Answers, readers: Sequence[Reader]) -> Route:
    """The route that these answers take; whoever ticks a holder of the head's role means the head."""
    ticked = [reader for reader in readers if reader.id.hex in answers.exclude]
    about_head = answers.head or any("principal" in reader.roles.split() for reader in ticked)
    return route_of(answers.concern, answers.danger, answers.follow, about_head, bool(ticked))


def take_report(
    session: Session, key: SiteKey, calendar: SchoolCalendar, answers: Answers, now: datetime
) -> Route:
    """Add a report, its readers and their alerts; durable once the caller has committed. A second tap adds nothing."""
    readers = all_readers(session)
    route = route_for(answers, readers)
    report_id = key.report_id(answers.nonce)
    if session.get(Report, report_id) is not None:
        return route
    slot = calendar.slot_of(now)
    urgent = is_urgent(answers.danger, answers.follow)
    session.add(
        Report(
            id=report_id,
            day=slot.day,
            slot=slot.minute,
            route=route.id,
            urgent=urgent,
            state=State.NEW,
            retention=route.retention,
            envelope_version=PLAIN_VERSION,
            envelope=pack(report_id, route.id, answers.body()),
        )
    )
    session.flush()
    chosen = readers_for(route, readers, answers.exclude)
    session.add_all(ReportReader(report_id=report_id, reader_id=reader.id) for reader in chosen)
    outbox.put(session, report_id, [reader.email for reader in chosen], due=urgent)
    return route
