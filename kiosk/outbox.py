"""Alerts: stored in the same transaction as the event, and sent later by the worker."""

import smtplib
import ssl
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, String, delete, exists, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.config import Config
from kiosk.db import Database, ReportsBase

SMTP_SECONDS = 20
CHUNK = 500  # ids in one statement; databases have a limit, a flood of reports has none
SUBJECT = "Something is waiting for you in kiosk"
BODY = """Something is waiting for you in kiosk.

Please sign in and look: {url}/staff/

This message is always the same, whatever is waiting.
"""


ALARM_SUBJECT = "kiosk needs you to look"
ALARM_BODY = """kiosk needs you to look at it.

It may be that nobody can open what children send. Please sign in: {url}/staff/keys

This message is always the same.
"""


class OutboxRow(ReportsBase):
    """One alert to be sent: its address and the report's id; nothing about the report itself."""

    __tablename__ = "outbox_row"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    report_id: Mapped[uuid.UUID] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(254))
    due: Mapped[bool] = mapped_column(default=False)
    alarm: Mapped[bool] = mapped_column(default=False)


def queue_alert(session: Session | Connection, report_id: uuid.UUID, addresses: list[str], due: bool) -> None:
    """Queue an alert for each address; if `due`, it may be sent at once, else after the report's release."""
    rows = [
        {"id": uuid.uuid4(), "report_id": report_id, "address": address, "due": due, "alarm": False}
        for address in sorted(set(addresses))
    ]
    if rows:
        session.execute(insert(ReportsBase.metadata.tables[OutboxRow.__tablename__]), rows)


def queue_alarm(session: Session, addresses: Iterable[str]) -> None:
    """Queue an alarm for each address; it may be sent at once."""
    session.add_all(
        OutboxRow(report_id=uuid.uuid4(), address=address, due=True, alarm=True)
        for address in sorted(set(addresses))
    )


def make_due(session: Session, report_ids: list[uuid.UUID]) -> None:
    """Allow the alerts of released reports to be sent."""
    for ids in chunks(report_ids):
        session.execute(update(OutboxRow).where(OutboxRow.report_id.in_(ids)).values(due=True))


def alerts_waiting(session: Session, address: str) -> bool:
    """Whether an alert to this address may be sent and is still waiting; for the person alone (promise A12)."""
    return bool(session.scalar(select(exists().where(OutboxRow.due, OutboxRow.address == address))))


def compose(config: Config, address: str, alarm: bool = False) -> EmailMessage:
    """The e-mail of an alert or an alarm, always with the same words (promise D4)."""
    message = EmailMessage()
    message["From"] = config.mail_from
    message["To"] = address
    message["Subject"] = ALARM_SUBJECT if alarm else SUBJECT
    message.set_content((ALARM_BODY if alarm else BODY).format(url=config.public_url))
    return message


def connect(config: Config) -> smtplib.SMTP:
    """A connection to the school's mail server, encrypted wherever the server offers it."""
    parts = urlsplit(config.smtp_url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=SMTP_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=SMTP_SECONDS)
    try:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


@dataclass(frozen=True)
class Delivery:
    """The result of one round: how many mails were accepted, and which addresses were refused for now."""

    sent: int = 0
    refused: frozenset[str] = frozenset()


def deliver(
    reports: Database,
    config: Config,
    skip: Collection[str] = (),
    open_server: Callable[[Config], smtplib.SMTP] = connect,
) -> Delivery:
    """Send what is due, one mail for each address, and delete the rows; addresses in `skip` are left for later.

    A row is deleted only after the server has accepted the mail: a crash sends it twice rather than never.
    The database is not locked while mail is sent, so that a child's report never waits for mail.
    Raises OSError or smtplib.SMTPException if the server cannot be reached; the rows stay.
    """
    due = _due(reports, skip)
    if not due:
        return Delivery()
    sent, refused = 0, set()
    with open_server(config) as server:
        for (address, alarm), rows in sorted(due.items()):
            try:
                server.send_message(compose(config, address, alarm))
            except smtplib.SMTPServerDisconnected:
                raise
            except (smtplib.SMTPException, ValueError):  # the other addresses must not wait
                refused.add(address)
                continue
            with reports.write() as session:
                for ids in chunks(rows):
                    session.execute(delete(OutboxRow).where(OutboxRow.id.in_(ids)))
            sent += 1
    return Delivery(sent, frozenset(refused))


def chunks(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    """The ids in portions that every database takes in one statement."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _due(reports: Database, skip: Collection[str]) -> dict[tuple[str, bool], list[uuid.UUID]]:
    due: dict[tuple[str, bool], list[uuid.UUID]] = {}
    found = select(OutboxRow.id, OutboxRow.address, OutboxRow.alarm).where(OutboxRow.due)
    with reports.session(write=False) as session:
        for row_id, address, alarm in session.execute(found):
            if address not in skip:
                due.setdefault((address, alarm), []).append(row_id)
    return due
