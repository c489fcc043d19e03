"""Alerts: a row in the same transaction as what they are about, delivered later by the worker."""

import smtplib
import ssl
import uuid
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.config import Config
from kiosk.db import ReportsBase

SMTP_SECONDS = 20
SUBJECT = "Something is waiting for you in kiosk"
BODY = """Something is waiting for you in kiosk.

Please sign in and look: {url}/staff/

This message is always the same, whatever is waiting.
"""


class OutboxRow(ReportsBase):
    """One alert still to be sent: to whom, and for which slot; nothing of what it is about."""

    __tablename__ = "outbox_row"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    report_id: Mapped[uuid.UUID] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(254))
    due: Mapped[bool] = mapped_column(default=False)


def put(session: Session, report_id: uuid.UUID, addresses: list[str], due: bool) -> None:
    """Note an alert for each address; `due` ones may leave at once, others wait for the report's release."""
    session.add_all(
        OutboxRow(report_id=report_id, address=address, due=due) for address in sorted(set(addresses))
    )


def make_due(session: Session, report_ids: list[uuid.UUID]) -> None:
    """Let the alerts of released reports leave."""
    for row in session.scalars(select(OutboxRow).where(OutboxRow.report_id.in_(report_ids))):
        row.due = True


def compose(config: Config, address: str) -> EmailMessage:
    """The alert: the same words every time (privacy.md L4)."""
    message = EmailMessage()
    message["From"] = config.mail_from
    message["To"] = address
    message["Subject"] = SUBJECT
    message.set_content(BODY.format(url=config.public_url))
    return message


def connect(config: Config) -> smtplib.SMTP:
    """A connection to the school's mail server, encrypted wherever the server offers it."""
    parts = urlsplit(config.smtp_url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SMTP_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=SMTP_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def deliver(session: Session, config: Config, open_server: Callable[[Config], smtplib.SMTP] = connect) -> int:
    """Send what is due, one mail an address, and forget it; returns how many were sent.

    A row goes only after the server has taken the mail, so a crash between sends it twice, never not at all.
    Raises OSError or smtplib.SMTPException where the server cannot be reached; the rows stay.
    """
    rows = session.scalars(select(OutboxRow).where(OutboxRow.due)).all()
    addresses = sorted({row.address for row in rows})
    if not addresses:
        return 0
    with open_server(config) as server:
        for address in addresses:
            server.send_message(compose(config, address))
            for row in rows:
                if row.address == address:
                    session.delete(row)
            session.commit()
    return len(addresses)
