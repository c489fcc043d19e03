"""Alerts: stored in the same transaction as the event, and sent later by the worker."""

import smtplib
import ssl
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, LargeBinary, String, delete, exists, insert, select, update
from sqlalchemy.orm import Mapped, Session

from kiosk.config import Config
from kiosk.mail.claims import CLAIMED_WITHIN_SECONDS, MailClaims
from kiosk.mail.messages import RINGS, TEXTED, MailKind, compose, compose_text
from kiosk.storage.db import Database, ReportsBase, stored_enum
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.storage.stored_data import SAFEGUARDING, described, stores

SMTP_SECONDS = 20
MOST_CONNECTIONS = 2  # connections in one round: each may take SMTP_SECONDS of the worker's time
CHUNK = 500  # ids in one statement, as databases limit them


@stores(SAFEGUARDING, "to send it", until="sent")
class OutboxRow(ReportsBase):
    """A mail still to be sent."""

    __tablename__ = "outbox_row"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = described("a random number", primary_key=True, default=uuid.uuid4)
    report_id: Mapped[uuid.UUID] = described(
        "the report, or a random number where the mail is about none", index=True
    )
    address: Mapped[str] = described("to whom", String(254))
    kind: Mapped[MailKind] = described(
        "which of the fixed texts", stored_enum(MailKind), default=MailKind.NEWS
    )
    claim: Mapped[bytes | None] = described(
        "random: which worker is sending it, while it does", LargeBinary(16), default=None
    )


_ADD = insert(ReportsBase.metadata.tables[OutboxRow.__tablename__])


def queue_alert(
    session: Session | Connection,
    report_id: uuid.UUID,
    addresses: Iterable[str],
    kind: MailKind = MailKind.NEWS,
) -> None:
    """Queue a mail about a report for each address."""
    rows = [
        {"id": uuid.uuid4(), "report_id": report_id, "address": address, "kind": kind}
        for address in sorted(set(addresses))
    ]
    if rows:
        session.execute(_ADD, rows)


def queue_mail(session: Session, kind: MailKind, addresses: Iterable[str]) -> None:
    """Queue a mail that is about no report for each address."""
    session.add_all(
        OutboxRow(report_id=uuid.uuid4(), address=address, kind=kind) for address in sorted(set(addresses))
    )


def alerts_waiting(session: Session, address: str) -> bool:
    """Whether a mail to this address is still waiting; for the person alone (promise A12)."""
    return bool(session.scalar(select(exists().where(OutboxRow.address == address))))


def any_mail_waits(session: Session) -> bool:
    """Whether any mail is still waiting."""
    return bool(session.scalar(select(exists(select(OutboxRow.id)))))


def connect(config: Config, seconds: float = SMTP_SECONDS) -> smtplib.SMTP:
    """A connection to the school's mail server, encrypted wherever the server offers it; `seconds` for each step."""
    parts = urlsplit(config.smtp_url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=seconds, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=seconds)
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


def send_alerts(config: Config, addresses: Iterable[str], seconds: float) -> set[str]:
    """Ring these at once; returns which of them the mail server took, as far as `seconds` go.

    In random order: an address at which the server hangs up must not always come before the same others. Raises
    OSError or smtplib.SMTPException if it cannot be reached.
    """
    took: set[str] = set()
    ends, drawn = time.monotonic() + seconds, list(addresses)
    SystemRandom().shuffle(drawn)
    with _Server(config, lambda config: connect(config, seconds)) as server:
        for address in drawn:
            if time.monotonic() > ends or not server.is_ready():
                break
            try:
                server.now.send_message(compose(config, address, MailKind.NOW))
            except (smtplib.SMTPException, OSError, ValueError):
                continue  # one failing address must not delay the others
            took.add(address)
    return took


@dataclass(frozen=True)
class Delivery:
    """The result of one round: how many mails were accepted, and which addresses were refused for now.

    It was cut short where the server broke off too often, and then some addresses were not tried.
    """

    sent: int = 0
    refused: frozenset[str] = frozenset()
    cut_short: bool = False


def deliver(
    reports: Database,
    config: Config,
    skip: Collection[str] = (),
    last: Collection[str] = (),
    open_server: Callable[[Config], smtplib.SMTP] = connect,
    now: datetime | None = None,
    link_for: Callable[[str], str] = lambda address: "",
    text_for: Callable[[str], str] = lambda address: "",
    claims: MailClaims | None = None,
) -> Delivery:
    """Send what waits, one mail for each address, and delete the rows.

    Before it is sent a mail is claimed in its rows, so that no other worker sends it too. A row is deleted only after
    the server has accepted the mail: a crash sends it twice rather than never, in the same words. The
    database is not locked while mail is sent, so that a child's report never waits for mail. What rings goes
    first, then what is new or late, and after everything what goes to addresses in `last`: recently refused
    addresses may be refused again, and must not use up a round before the others are tried. A mail about an
    account takes the link of an open invitation from `link_for`; with what rings goes a text message to the address
    from `text_for`, as far as it goes. Raises OSError or smtplib.SMTPException if the server
    cannot be reached; the rows stay.
    """
    claims = claims or MailClaims()
    waiting, void = _waiting_mails(reports, skip, claims)
    if not waiting:
        return Delivery()
    sent, refused, texted = 0, set[str](), set[str]()
    with _Server(config, open_server) as server:
        for address, kind in sorted(
            waiting,
            key=lambda one: (
                one[0] in last,
                one[1] not in RINGS,
                one[1] not in (MailKind.NEWS, MailKind.LATE),
                one,
            ),
        ):
            if address in refused:
                continue
            if not server.is_ready():
                return Delivery(sent, frozenset(refused), cut_short=True)
            claim = claims.make()
            try:
                mine = _claim_rows(reports, waiting[address, kind], claim, void)
            except DATABASE_ERRORS:
                if reports.engine.dialect.name != "sqlite":
                    refused.add(address)
                    continue
                # A full disk must not silence alerts. One machine has this file, and one worker.
                mine = waiting[address, kind]
            if not mine:
                continue  # another worker has sent it, or is about to
            try:
                link = link_for(address) if kind is MailKind.ACCOUNT else ""
                server.now.send_message(compose(config, address, kind, now, link))
            except (smtplib.SMTPException, ValueError):  # one failing address must not delay the others
                refused.add(address)
                _give_up(reports, claim)
                continue
            sent += 1
            if kind in TEXTED:
                texted.add(address)
            try:
                with reports.write() as session:
                    for ids in chunks(mine):
                        session.execute(delete(OutboxRow).where(OutboxRow.id.in_(ids)))
            # the database can be read but not written: do not send the same mail every few seconds
            except DATABASE_ERRORS:
                refused.add(address)
        for address in texted:  # after all mails, which are what counts
            with suppress(smtplib.SMTPException, OSError, ValueError, *DATABASE_ERRORS):
                if (to := text_for(address)) and server.is_ready():
                    server.now.send_message(compose_text(config, to, now))
    return Delivery(sent, frozenset(refused))


class _Server:
    """The mail server for one round: it is reconnected after a hang-up or timeout, a limited number of times."""

    def __init__(self, config: Config, open_server: Callable[[Config], smtplib.SMTP]) -> None:
        self._config, self._open = config, open_server
        self._opened, self.now = 1, open_server(config)

    def is_ready(self) -> bool:
        """Whether a mail can be handed over now."""
        # smtplib closes the connection after each timeout, hang-up and reply 421
        if self.now.sock is not None:
            return True
        if self._opened == MOST_CONNECTIONS:
            return False
        self._opened += 1
        try:
            self.now = self._open(self._config)
        except (OSError, smtplib.SMTPException):
            return False  # not an exception: that would lose the address at which the server hung up
        return True

    def __enter__(self) -> "_Server":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, smtplib.SMTPException):  # mails that were accepted stay accepted
            self.now.quit()
        self.now.close()


def chunks(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    """The ids in portions that every database takes in one statement."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _waiting_mails(
    reports: Database, skip: Collection[str], claims: MailClaims
) -> tuple[dict[tuple[str, MailKind], list[uuid.UUID]], frozenset[bytes]]:
    """The rows of each mail that no other worker is sending, and the claims that hold no more."""
    waiting: dict[tuple[str, MailKind], list[uuid.UUID]] = {}
    found = select(OutboxRow.id, OutboxRow.address, OutboxRow.kind, OutboxRow.claim)
    with reports.session(write=False) as session:
        rows = session.execute(found).all()
    void = claims.void({row.claim for row in rows if row.claim})
    claimed = {(row.address, row.kind) for row in rows if row.claim and row.claim not in void}
    for row in rows:
        if row.address not in skip and (row.address, row.kind) not in claimed:
            waiting.setdefault((row.address, row.kind), []).append(row.id)
    return waiting, void


def _claim_rows(
    reports: Database, ids: Sequence[uuid.UUID], claim: bytes, void: Collection[bytes]
) -> list[uuid.UUID]:
    """Claim these rows but those that another worker was quicker to take; returns which, none if it took too long."""
    began, mine = time.monotonic(), list[uuid.UUID]()
    free = OutboxRow.claim.is_(None) | OutboxRow.claim.in_(void)
    with reports.write() as session:
        for some in chunks(ids):
            wanted = select(OutboxRow.id).where(OutboxRow.id.in_(some), free)
            taken = session.scalars(wanted.with_for_update(skip_locked=True)).all()
            session.execute(
                update(OutboxRow)
                .where(OutboxRow.id.in_(taken))
                .values(claim=claim)
                .execution_options(synchronize_session=False)
            )
            mine += taken
    if time.monotonic() - began > CLAIMED_WITHIN_SECONDS:
        _give_up(reports, claim)
        return []
    return mine


def _give_up(reports: Database, claim: bytes) -> None:
    """Leave the rows of a mail that was not sent to whoever comes next; a claim that stays is taken over in time."""
    with suppress(*DATABASE_ERRORS), reports.write() as session:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.claim == claim)
            .values(claim=None)
            .execution_options(synchronize_session=False)
        )
