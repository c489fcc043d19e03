"""A school is removed with a certificate; what must be kept stops that, and a kill does not (promise M5)."""

import os
import random
import re
import uuid
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from kiosk.backup.switch import sqlite_path
from kiosk.config import Config
from kiosk.report.intake.store import SealedItem, open_intake
from kiosk.sealing.key_fingerprint import shown_fingerprint
from kiosk.sealing.site_key import read_site_key
from kiosk.storage.db import now_utc
from kiosk.upkeep.running import running
from kiosk.upkeep.schools import removing
from kiosk.upkeep.schools.adding import add_school
from kiosk.upkeep.schools.removing import Removal, remove_school
from tests.backup.conftest import Machine
from tests.sets import repeats
from tests.storage.planted import dies_at, in_a_process
from tests.upkeep.schools.conftest import HOST, FleetSchool, settings_of

KILLS = repeats(2, 8)
ALL = ("--with-what-must-be-kept",)


def remove(school: FleetSchool, *more: str, typed: str = HOST) -> str:
    """`kiosk site remove`; what it said."""
    return school.kiosk("site", "remove", HOST, "--by", "Ms Holt", *more, typed=f"{typed}\n").output


def is_there(config: Config) -> bool:
    """Whether anything of the school is left."""
    if config.data_dir.exists() or config.key_path.exists():
        return True
    for url in (config.school_url, config.reports_url, config.sessions_store_url):
        if sqlite_path(url):
            continue
        engine = create_engine(url)
        tables = inspect(engine).get_table_names()
        engine.dispose()
        if set(tables) - {"alembic_version"}:
            return True
    return False


def test_everything_goes_and_the_certificate_says_what_that_was(school: FleetSchool, tmp_path: Path) -> None:
    config, key = school.config, shown_fingerprint(read_site_key(school.config.key_path))
    said = remove(school, *ALL)
    (certificate,) = school.path.parent.iterdir()
    assert certificate.name.startswith(f"{HOST}.removed-")
    written = certificate.read_text()
    assert written in said
    assert written.startswith(f"CERTIFICATE OF REMOVAL of {HOST} ({HOST})")
    assert all(word in written for word in ("by Ms Holt", key, str(config.data_dir), "No export was named"))
    assert len(re.findall(r"SHA-256 of its rows [0-9a-f]{64}", written)) == 3
    assert not re.search(r"\d+ rows", written), "the number of reports is for their readers"
    assert not is_there(config)


def test_nothing_goes_where_something_must_be_kept_another_name_is_typed_or_kiosk_runs(
    school: FleetSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, before = school.config, school.path.read_text()
    assert "something of this school may have to be kept" in remove(school)
    assert "another name was typed" in remove(school, *ALL, typed="b.example")
    assert (school.path.read_text(), is_there(config)) == (before, True)
    monkeypatch.setattr(removing, "STOP_SECONDS", 0)
    with running(config):
        assert "stop `kiosk serve`" in remove(school, *ALL)
    assert not school.path.exists()  # so that it is served no more
    assert "CERTIFICATE" in remove(school, *ALL)
    assert not is_there(config)


@pytest.mark.database("sqlite")
def test_what_a_child_told_while_it_was_removed_brings_the_school_back(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = added_school(machine, tmp_path)
    config, check = school.config, removing._certificate

    def told(*given: object) -> str:
        store = open_intake(config)
        store.put(SealedItem(uuid.uuid4(), now_utc(), False, bytes(16), b"sealed"))
        store.dispose()
        return check(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(removing, "_certificate", told)
    assert "may have to be kept" in remove(school)
    assert school.config == config
    assert [one.name for one in school.path.parent.iterdir()] == [school.path.name]


@pytest.mark.later
def test_whenever_a_removal_is_killed_the_school_is_whole_or_again_removes_all_of_it(
    machine: Machine, tmp_path: Path
) -> None:
    told, steps = tmp_path / "steps", 0
    for number in range(KILLS + 1):
        school = added_school(machine, tmp_path)
        config = school.config
        at = random.Random(number).randint(1, steps) if steps else 0

        def work(school: FleetSchool = school) -> None:
            remove_school(school.path, Removal("Ms Holt"), now_utc())

        ended = in_a_process(dies_at(at, work, told))
        steps = steps or int(told.read_text())
        assert os.WIFSIGNALED(ended) == bool(at)
        if at:
            assert school.path.exists() or school.path.with_name(f"{HOST}.removing").exists()
            assert "CERTIFICATE" in remove(school), at
        assert not is_there(config), at
        (certificate,) = school.path.parent.iterdir()
        certificate.unlink()


def added_school(machine: Machine, tmp_path: Path) -> FleetSchool:
    """A school in which nothing has happened yet."""
    path = tmp_path / "sites" / f"{HOST}.toml"
    path.parent.mkdir(exist_ok=True)
    add_school(path, settings_of(machine()), "Mr Novak", "novak@a.example")
    return FleetSchool(path)
