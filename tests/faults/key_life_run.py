"""One life of keys from its first day to its last: for one number it is always the same life."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from unittest.mock import patch
from zoneinfo import ZoneInfo

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.report.intake.store import open_intake
from kiosk.sealing.site_key import make_site_key
from kiosk.start import open_databases
from kiosk.storage.db import Databases
from tests import factories
from tests.faults.key_life import KeyLife
from tests.faults.key_life_checks import Watched, problems
from tests.faults.key_life_ends import blind, ends
from tests.faults.key_life_forging import forges
from tests.faults.key_life_steps import STEPS

Weights = dict[Callable[[KeyLife], None], int]
WEIGHTS: Weights = {**STEPS, forges: 3}
NAMES = [step.__name__ for step in WEIGHTS]
OPENS_EACH = 20  # in so many steps everybody tries every report with their key, whatever the rows say


@dataclass(frozen=True)
class Lived:
    """What happened in one life."""

    done: dict[str, int]  # how often each step was taken
    seconds: float  # of one core
    trace: str  # of the list of readers after each step: two runs of one life have the same
    handed: int  # hand-overs that were proposed, and that were confirmed
    confirmed: int


def live(number: int, length: int, migrated: Path, weights: Weights = WEIGHTS) -> Lived:
    """Live a whole life of so many steps in empty databases; raises AssertionError that says which step was wrong."""
    began = process_time()
    with TemporaryDirectory() as folder, seeded(number):
        for path in migrated.glob("*.sqlite"):
            shutil.copy(path, folder)
        config = Config(data_dir=Path(folder), public_url="http://localhost")
        databases = open_databases(config)
        try:
            lived = _lived(number, length, databases, config, weights)
        finally:
            databases.dispose()
    return replace(lived, seconds=process_time() - began)


def _lived(number: int, length: int, databases: Databases, config: Config, weights: Weights) -> Lived:
    done, trace = dict.fromkeys(NAMES, 0), sha256()
    steps = Random(f"steps {number}").choices(list(weights), weights=list(weights.values()), k=length)
    keeper, key = open_intake(config), make_site_key(config.data_dir / "life.key")
    calendar = SchoolCalendar(ZoneInfo("Europe/London"))
    with (
        databases.school.writing() as school,
        databases.reports.writing() as reports,
    ):
        life = KeyLife(school, reports, databases.sessions, config, keeper, key, calendar, Random(number))
        with said(number, "the beginning"):
            life.begin()
            seen = Watched()
            life.after_catching_up = partial(seen.look, life)
            list(problems(life, seen))
        for place, step in enumerate(steps):
            with said(number, f"step {place} ({step.__name__})"):
                step(life)
                wrong = list(problems(life, seen, thorough=place % OPENS_EACH == 0))
                assert not wrong, wrong[0]
            done[step.__name__] += 1
            trace.update(life.chain[-1].hash)
        with said(number, "the end"):
            ends(life)
            assert not life.waiting, "days have passed: everything has been merged"
            assert not blind(life), "neither two readers nor the sheets could end it"
        school.rollback()
        reports.rollback()
    keeper.dispose()
    return Lived(done, 0.0, trace.hexdigest(), life.handed, life.confirmed)


@contextmanager
def said(number: int, where: str) -> Iterator[None]:
    """Whatever goes wrong is said with the life and its step, and how to see it again."""
    try:
        yield
    except Exception as error:
        again = f"KEY_LIFE={number} FAULTS=full pytest tests/faults/test_key_life.py"
        raise AssertionError(f"life {number}, {where}: {error!r}; that life alone: {again}") from error


@contextmanager
def seeded(number: int) -> Iterator[None]:
    """Ids, keys and nonces come from the number of the life, so that it can be lived once more."""
    chance = Random(f"randomness {number}")
    with (
        patch("os.urandom", chance.randbytes),
        patch("random._urandom", chance.randbytes),  # what `secrets` draws from
        patch.object(factories, "_number", count(1)),
    ):
        yield
