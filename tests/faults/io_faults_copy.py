"""What the files of a school hold as they lie there now, found in a copy of them that is then merged."""

import shutil
import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.config import Config
from tests.faults.io_faults_calls import INTAKE, REPORTS, STORES
from tests.faults.kill_counts import is_whole
from tests.faults.merger import merger_of

EACH_ALERT = "SELECT count(*) FROM outbox_row WHERE report_id = ? GROUP BY address"
EACH_READER = "SELECT reader_id FROM report_reader WHERE report_id = ?"


@dataclass
class Found:
    """Where a report is now, how often it is there once everything is merged, and what is wrong with it."""

    waits: bool  # in the intake
    with_staff: bool  # in the reports database
    after: int
    wrong: list[str] = field(default_factory=list)


def look_aside(config: Config, aside: Path, report_id: uuid.UUID, ticked: str) -> Found:
    """The report in a copy of both stores, before and after everything that waits in the copy is merged."""
    copy = _copied(config, aside)
    waits = _there(aside / INTAKE, "SELECT 1 FROM held WHERE id = ?", report_id)
    with_staff = _there(aside / REPORTS, "SELECT 1 FROM report WHERE id = ?", report_id)
    wrong = [] if is_whole(copy) else ["a store is corrupt"]
    with merger_of(copy) as intake:
        intake.merge_all()
        if intake.held():
            wrong.append("something stays in the intake")
    with closing(sqlite3.connect(aside / REPORTS)) as reports:
        after = len(reports.execute("SELECT id FROM report WHERE id = ?", (report_id.hex,)).fetchall())
        alerts = [count for (count,) in reports.execute(EACH_ALERT, (report_id.hex,))]
        reading = {reader for (reader,) in reports.execute(EACH_READER, (report_id.hex,))}
    if after and not (alerts and reading):
        wrong.append("a report without its alerts or readers")
    if any(count > 1 for count in alerts):
        wrong.append("somebody is alerted twice")
    if ticked in reading:
        wrong.append("somebody whom the child ticked may read it")
    return Found(waits, with_staff, after, wrong)


def _copied(config: Config, aside: Path) -> Config:
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for name in (*STORES, config.key_path.name):
        for path in config.data_dir.glob(f"{name}*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, aside)
    return config.model_copy(update={"data_dir": aside})


def _there(path: Path, sql: str, report_id: uuid.UUID) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql, (report_id.hex,)).fetchone() is not None
