"""What is there after the killing: every acknowledged report once, each with its alerts, nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, text

from kiosk.config import Config
from kiosk.db import Databases, now_utc
from kiosk.outbox import OutboxRow
from kiosk.report.models import Report, ReportState
from kiosk.report.reading_routes import SELF_TEST
from kiosk.report.spool import waiting
from kiosk.sealing.site_key import read_site_key
from kiosk.start import opened
from tests.report.sent_ids import id_of_sent
from tests.sites import tick

Sent = tuple[str, str, Mapping[str, str]]  # band, language, form
CHILDREN = Report.route != SELF_TEST  # the machine sends one of its own on a school morning


@dataclass(frozen=True)
class Counted:
    """Acknowledged; of those not there; rows too many; rows without any alert; urgent alerts that never left."""

    acknowledged: int
    lost: int
    doubled: int
    without_alert: int
    alerts_left: int
    whole: bool

    @property
    def nothing_amiss(self) -> bool:
        """Whether every promise was kept."""
        return self.whole and not (self.lost or self.doubled or self.without_alert or self.alerts_left)


def count(config: Config, acknowledged: Iterable[Sent], perhaps: Iterable[Sent] = ()) -> Counted:
    """Compare the store with the forms that were acknowledged; those of `perhaps` may be there or not.

    One round of the worker first: whatever a killed process left in the spool is taken in by it.
    """
    key = read_site_key(config.key_path)
    wanted = {id_of_sent(key, *sent) for sent in acknowledged}
    allowed = wanted | {id_of_sent(key, *sent) for sent in perhaps}
    with opened(config) as databases:
        tick(config, databases, now_utc())
        assert waiting(config.spool_path) == [], "the worker leaves nothing in the spool"
        with databases.reports.session(write=False) as session:
            rows = session.scalars(select(Report.id).where(CHILDREN)).all()
            silent = session.scalar(
                select(func.count())
                .select_from(Report)
                .where(
                    CHILDREN, Report.state == ReportState.NEW, Report.id.not_in(select(OutboxRow.report_id))
                )
            )
            due = session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.due))
        there = set(rows)
        return Counted(
            acknowledged=len(wanted),
            lost=len(wanted - there),
            doubled=len(rows) - len(there) + len(there - allowed),
            without_alert=silent or 0,
            alerts_left=due or 0,
            whole=_is_whole(databases),
        )


def _is_whole(databases: Databases) -> bool:
    with databases.reports.session(write=False) as session:
        return bool(session.scalar(text("PRAGMA integrity_check")) == "ok")
