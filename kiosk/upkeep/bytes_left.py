"""`kiosk doctor --privacy`: whether bytes on the disk, or the times of files, say when a child told.

Only what ought to be gone is a finding: never how much there is, nor what came since the worker's last beat. What
this cannot see: pages of a disk that were freed, copies elsewhere, and somebody who watches while it happens.
"""

import re
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from kiosk.calendar.file import load_calendar
from kiosk.calendar.school import Slot
from kiosk.config import Config, SettingError
from kiosk.db import Database, now_utc, open_database
from kiosk.report.keeper import FILE
from kiosk.report.models import BroughtIn, Report
from kiosk.report.tidying import DAY_SECONDS, check_tracking, files_of, is_on_postgresql
from kiosk.upkeep.doctor import BROKEN, Finding, checked, in_one_line
from kiosk.upkeep.log_files import files_below
from kiosk.upkeep.order_left import check_order
from kiosk.upkeep.server_log import is_dated_early, is_log
from kiosk.upkeep.server_notes import check_log_settings, check_statistics
from kiosk.upkeep.worker import TIDY_SECONDS

NANO = 1_000_000_000
LATE_SECONDS = TIDY_SECONDS + 5 * 60  # a round of the worker may take a while
LOOKED_AT = timedelta(days=14)  # servers seldom keep their log for longer
CLOCKS_DIFFER = timedelta(minutes=2)  # that of the server, and ours
RUNS = "`kiosk worker` sees to it every 15 minutes: does it run?"
EARLY = (
    "a report was written before its slot had ended, so this says when a child told; an older kiosk did so."
    " Let the server throw it away (CHECKPOINT), and delete copies"
)
_ID = re.compile(rb"(?=([0-9a-f]{32}))")  # as the intake writes it


def look_at_bytes(config: Config, folders: Iterable[Path]) -> Iterator[Finding]:
    """Every finding in turn; looks at the times of files before it opens any."""
    intake = sorted(config.data_dir.glob(f"{FILE}*"))
    reports = _open_reports(config)
    yield checked("times of files", lambda: _check_times([*intake, *(files_of(reports) if reports else [])]))
    if reports is None:
        return
    yield checked("bytes of the intake", lambda: _check_intake(intake, _merged(reports, _today(config))))
    if is_on_postgresql(reports):
        yield checked("order on the disk", lambda: check_order(reports))
        yield checked("what PostgreSQL notes", lambda: check_tracking(reports))
        yield checked("statistics of PostgreSQL", lambda: check_statistics(reports))
        yield checked("settings of PostgreSQL's log", lambda: check_log_settings(reports))
        yield from _look_at_logs(config, reports, folders)
    reports.engine.dispose()


def _open_reports(config: Config) -> Database | None:
    """The reports database; None where it would be a file that is not there, as looking must not make it."""
    url = make_url(config.reports_url)
    there = url.get_backend_name() != "sqlite" or Path(url.database or "").exists()
    return open_database(config.reports_url) if there else None


def _today(config: Config) -> date:
    return now_utc().astimezone(config.zone).date()


def _check_times(paths: Sequence[Path]) -> str:
    """Raise SettingError if a file bears a time, other than the start of a day, from before the last beat."""
    oldest = (time.time() - LATE_SECONDS) * NANO
    late = []
    for path in paths:
        try:
            known = path.stat()
        except FileNotFoundError:  # it comes and goes with connections
            continue
        if any(at < oldest and at % (DAY_SECONDS * NANO) for at in (known.st_mtime_ns, known.st_ctime_ns)):
            late.append(path.name)
    if late:
        raise SettingError(f"{', '.join(late)} may say when something came last; {RUNS}")
    return "those of the worker's beat"


def _merged(reports: Database, today: date) -> set[bytes]:
    """Ids of what was merged before today: those of today may go with the next beat, and are nobody's business."""
    with reports.session(write=False) as session:
        return {id.hex.encode() for id in session.scalars(select(BroughtIn.id).where(BroughtIn.day < today))}


def _check_intake(paths: Iterable[Path], merged: Collection[bytes]) -> str:
    """Raise SettingError if what was merged long ago can still be read in the intake's files."""
    for path in paths:
        if path.exists() and not _ids_in(path.read_bytes()).isdisjoint(merged):
            raise SettingError(f"{path.name} still holds what was merged before today; {RUNS}")
    return "nothing is left of what was merged before today"


def _look_at_logs(config: Config, reports: Database, folders: Iterable[Path]) -> Iterator[Finding]:
    """One finding for each folder in which a PostgreSQL server keeps its log, or copies of it."""
    try:
        ends = _ends_of_slots(config, reports)
    except BROKEN as error:
        yield Finding(False, f"log of PostgreSQL: {in_one_line(error)}")
        return
    for folder in dict.fromkeys(path.resolve() for path in folders):
        found = (path for path in files_below(folder) if isinstance(path, Path))
        logs = [path for path in found if is_log(path)]
        early = [path for path in logs if is_dated_early(_bytes(path), ends)]
        yield from (Finding(False, f"{path}: {EARLY}") for path in early)
        if logs and not early:
            yield Finding(
                True, f"{folder}: {len(logs)} files of PostgreSQL's log say nothing of when a child told"
            )


def _ends_of_slots(config: Config, reports: Database) -> Mapping[uuid.UUID, datetime]:
    """Until when each of the newest reports had to wait. An urgent one does not wait, and its child knows that."""
    calendar, now = load_calendar(config), now_utc()
    newest = select(Report.id, Report.day, Report.slot).where(
        ~Report.urgent, Report.day >= _today(config) - LOOKED_AT
    )
    with reports.session(write=False) as session:
        ends = {row.id: calendar.slot_end(Slot(row.day, row.slot)) for row in session.execute(newest)}
    return {id: end - CLOCKS_DIFFER for id, end in ends.items() if end <= now}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # the search for lines says so
        return b""


def _ids_in(held: bytes) -> set[bytes]:
    return set(_ID.findall(held))
