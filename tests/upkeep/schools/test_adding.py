"""A school is added as a whole or not at all, and what is wrong is said before anything is written (promise M5)."""

import os
import random
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import invited_staff
from kiosk.config import Config
from kiosk.school_files import load_schools
from kiosk.sealing.site_key import make_site_key
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import now_utc
from kiosk.upkeep.schools.adding import add_school
from tests.backup.conftest import Machine
from tests.sets import repeats
from tests.storage.planted import dies_at, in_a_process
from tests.upkeep.schools.conftest import HOST, FleetSchool, settings_of

WHO = ("--name", "Mr Novak", "--email", "novak@a.example")
KILLS = repeats(2, 8)


@pytest.fixture
def added(tmp_path: Path) -> FleetSchool:
    """The place of a school that is not there yet."""
    (tmp_path / "sites").mkdir()
    return FleetSchool(tmp_path / "sites" / f"{HOST}.toml")


def add(school: FleetSchool, config: Config, *more: str) -> str:
    """`kiosk site add` with these settings; what it said."""
    return school.kiosk("site", "add", HOST, *options(config), *WHO, *more).output


def options(config: Config, host: str = HOST) -> list[str]:
    """The options that say these settings."""
    said = settings_of(config, host).items()
    return [word for name, value in said for word in (f"--{name.replace('_', '-')}", value)]


def link_of(said: str, config: Config) -> bool:
    """Whether the link that was printed lets the first administrator in."""
    found = re.search(r"https://a\.example/staff/welcome/(\S+)", said)
    assert found, said
    with closing_databases(config) as databases, databases.school.write() as session:
        assert len(session.scalars(select(StaffMember)).all()) == 1
        return invited_staff(session, found[1], now_utc()) is not None


def test_a_school_that_was_added_starts_and_its_link_lets_one_person_in(
    added: FleetSchool, machine: Machine
) -> None:
    said = add(added, machine())
    assert link_of(said, added.config)
    with closing_databases(added.config) as databases:
        check_ready(added.config, databases)
    assert list(load_schools(sites_dir=added.path.parent)) == [HOST]
    assert "is there already" in add(added, machine())


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("said", "names"),
    [
        (("--set", "nation=atlantis"), "KIOSK_NATION"),
        (("--set", "slot_minutes=1"), "KIOSK_SLOT_MINUTES"),
        (("--set", "colour=red"), "KIOSK_COLOUR"),
        (("--public-url", "https://b.example"), "KIOSK_PUBLIC_URL"),
        (("--database-url", "mysql://x"), "KIOSK_DATABASE_URL"),
        (("--sessions-url", "postgresql://x@127.0.0.1:1/x"), "KIOSK_SESSIONS_URL"),
        (("--set", "content_dir=/nowhere"), "KIOSK_CONTENT_DIR"),
    ],
)
def test_what_is_wrong_is_named_in_one_line_and_nothing_is_written(
    added: FleetSchool, machine: Machine, tmp_path: Path, said: tuple[str, str], names: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    line = add(added, machine(), *said)
    assert names in line
    assert line.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_the_databases_of_another_school_are_refused(school: FleetSchool, machine: Machine) -> None:
    taken = machine().model_copy(update={"database_url": school.config.school_url})
    other = school.kiosk("site", "add", "b.example", *options(taken, "b.example"), *WHO)
    assert "its database is that of a.example" in other.output
    school.path.unlink()
    assert "a school is in its databases, which no other key opens" in add(school, taken)
    make_site_key(taken.key_path)
    assert "its database was made with" in add(school, taken)


@pytest.mark.later
def test_whenever_adding_is_killed_there_is_no_school_or_a_whole_one_and_again_finishes_it(
    added: FleetSchool, machine: Machine, tmp_path: Path
) -> None:
    told, steps = tmp_path / "steps", 0
    for number in range(KILLS + 1):
        config = machine()
        settings = settings_of(config)
        at = random.Random(number).randint(1, steps) if steps else 0

        def work(settings: dict[str, str] = settings) -> None:
            add_school(added.path, settings, WHO[1], WHO[3])

        ended = in_a_process(dies_at(at, work, told))
        steps = steps or int(told.read_text())
        assert os.WIFSIGNALED(ended) == bool(at)
        if at:
            assert not added.path.exists()
            assert link_of(add(added, config), added.config), at
        with closing_databases(added.config) as databases:
            check_ready(added.config, databases)
        added.path.unlink()
