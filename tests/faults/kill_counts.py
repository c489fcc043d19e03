"""What is there after the killing: every acknowledged report once, each with its alerts, nothing else."""

import sqlite3
import uuid
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import func, select

from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow, any_mail_waits
from kiosk.report.models import Report
from kiosk.sealing.site_key import read_site_key
from kiosk.start import closing_databases
from kiosk.storage.db import Databases, now_utc
from tests.faults.merger import merger_of
from tests.report.sent_ids import id_of_sent
from tests.sites import run_worker_round

Sent = tuple[str, str, Mapping[str, str]]  # band, language, form
STORES = ("intake.sqlite", "reports.sqlite")


@dataclass(frozen=True)
class Counted:
    """Acknowledged; of those in neither store, and not there once all is merged; too many; alerts amiss."""

    acknowledged: int
    waited: int
    in_no_store: int
    lost: int
    doubled: int
    without_alert: int
    alerted_twice: int
    alerts_left: bool
    whole: bool

    @property
    def nothing_amiss(self) -> bool:
        """Whether every promise was kept."""
        amiss = self.in_no_store + self.lost + self.doubled + self.without_alert + self.alerted_twice
        return self.whole and not amiss and not self.alerts_left


def count(config: Config, acknowledged: Iterable[Sent], perhaps: Iterable[Sent] = ()) -> Counted:
    """Compare both stores with the forms that were acknowledged, before and after everything that waits is merged.

    Those of `perhaps` may be there or not. Where there is a mail server, the worker has one round first, and then
    no alert is left: with none, every report still has its own.
    """
    key = read_site_key(config.key_path)
    wanted = {id_of_sent(key, *sent) for sent in acknowledged}
    allowed = wanted | {id_of_sent(key, *sent) for sent in perhaps}
    with closing_databases(config) as databases, merger_of(config, databases.reports) as intake:
        if config.smtp_url:
            run_worker_round(config, databases, now_utc())
        alerts_left = bool(config.smtp_url) and _mail_waits(databases)
        waited, merged = intake.held(), set(_reports(databases))
        intake.merge_all()
        assert intake.held() == set(), "whatever waits can be merged"
        rows, alerts = _reports(databases), _alerts(databases)
        there = set(rows)
        return Counted(
            acknowledged=len(wanted),
            waited=len(waited),
            in_no_store=len(wanted - waited - merged),
            lost=len(wanted - there),
            doubled=len(rows) - len(there) + len(there - allowed),
            without_alert=len((there & waited - merged if config.smtp_url else there) - alerts.keys()),
            alerted_twice=sum(most > 1 for most in alerts.values()),
            alerts_left=alerts_left,
            whole=is_whole(config),
        )


def is_whole(config: Config, names: Collection[str] = STORES) -> bool:
    """Whether SQLite finds nothing wrong in these files."""
    return all(_is_whole(config, name) for name in names)


def _is_whole(config: Config, name: str) -> bool:
    with closing(sqlite3.connect(config.data_dir / name)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _reports(databases: Databases) -> list[uuid.UUID]:
    """What children told; the machine sends one of its own on a school morning."""
    with databases.reports.session(write=False) as session:
        return list(session.scalars(select(Report.id)))


def _alerts(databases: Databases) -> dict[uuid.UUID, int]:
    """How many alerts wait for one address at most, by report."""
    each = select(OutboxRow.report_id, func.count().label("alerts"))
    each_address = each.group_by(OutboxRow.report_id, OutboxRow.address).subquery()
    most = select(each_address.c.report_id, func.max(each_address.c.alerts).label("most")).group_by(
        each_address.c.report_id
    )
    with databases.reports.session(write=False) as session:
        return {row.report_id: row.most for row in session.execute(most)}


def _mail_waits(databases: Databases) -> bool:
    with databases.reports.session(write=False) as session:
        return any_mail_waits(session)
