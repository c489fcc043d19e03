"""Promise A4: no file says to the second when the last report came, neither at once nor after the worker's beat."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.report.intake.rewrite import DAY_SECONDS
from kiosk.site import Hosts
from kiosk.storage.db import Databases
from kiosk.upkeep.memory import WorkerMemory
from kiosk.upkeep.worker import REWRITE_SECONDS, run_round
from tests.report.telling import open_form, send
from tests.sites import make_site

SECOND = 1_000_000_000  # in nanoseconds
CLOCK_OF_FILES = 0.02  # seconds by which it may be behind


def written(config: Config) -> dict[Path, tuple[int, int]]:
    """When the files of the intake and of the reports database say that they were written, and changed."""
    kept = (path for name in ("intake", "reports") for path in config.data_dir.glob(f"{name}.sqlite*"))
    return {path: (path.stat().st_mtime_ns, path.stat().st_ctime_ns) for path in kept}


def tell_between(tablet: Client, **answers: str) -> tuple[int, int]:
    """The moments before and after a child has sent something."""
    nonce = open_form(tablet).value("nonce")
    time.sleep(CLOCK_OF_FILES)
    begins = time.time_ns()
    assert send(tablet, nonce=nonce, concern="bullying", **answers).status_code == 200
    ends = time.time_ns()
    time.sleep(CLOCK_OF_FILES)
    return begins - int(CLOCK_OF_FILES * SECOND), ends


@pytest.fixture
def beat(config: Config, databases: Databases) -> Iterator[Callable[[int], None]]:
    """The round of the worker with which a quarter of an hour begins: this one, or so many later."""
    began, memory, site = datetime.now(UTC), WorkerMemory(), make_site(config, databases)
    with patch("kiosk.upkeep.worker.lot_falls", return_value=False):
        yield lambda number: run_round(
            Hosts(site), began + number * timedelta(seconds=REWRITE_SECONDS), memory
        )
    site.intake_store.dispose()


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("danger", ["no", "yes"])
def test_no_file_says_that_it_was_written_at_the_second_of_a_report(
    early_tablet: Client, config: Config, readers: dict[str, str], danger: str
) -> None:
    begins, ends = tell_between(early_tablet, danger=danger)
    times = {path.name: mtime for path, (mtime, _) in written(config).items()}
    assert {"intake.sqlite", "intake.sqlite-wal", "reports.sqlite", "reports.sqlite-wal"} <= set(times)
    assert [name for name, mtime in times.items() if begins <= mtime <= ends] == []
    assert times["intake.sqlite-wal"] % (DAY_SECONDS * SECOND) == 0


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("danger", ["no", "yes"])
def test_after_a_beat_every_time_of_every_file_is_that_of_the_beat_or_of_the_day(
    early_tablet: Client,
    config: Config,
    readers: dict[str, str],
    beat: Callable[[int], None],
    danger: str,
) -> None:
    begins, ends = tell_between(early_tablet, danger=danger)
    changed = {path.name for path, (_, ctime) in written(config).items() if begins <= ctime <= ends}
    assert "intake.sqlite-wal" in changed, "the control: until then its change can be read"
    assert ("reports.sqlite-wal" in changed) == (danger == "yes")
    beat(0)
    for path, (mtime, ctime) in written(config).items():
        assert ctime > ends, path.name
        assert mtime % (DAY_SECONDS * SECOND) == 0, path.name


@pytest.mark.database("sqlite")
def test_the_beat_comes_whether_anything_was_told_or_not_and_once_in_a_quarter_of_an_hour(
    early_tablet: Client, config: Config, readers: dict[str, str], beat: Callable[[int], None]
) -> None:
    def changed() -> dict[str, int]:
        return {path.name: ctime for path, (_, ctime) in written(config).items() if "intake" in path.name}

    open_form(early_tablet)
    beat(0)
    first = changed()
    time.sleep(CLOCK_OF_FILES)
    beat(0)
    assert changed() == first
    beat(1)
    assert all(ctime > first[name] for name, ctime in changed().items())
