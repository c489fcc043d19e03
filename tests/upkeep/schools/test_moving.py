"""A school moves to other databases while it is open: always in one home, with every row (promise M4)."""

import os
import random
import signal
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from kiosk.config import Config
from kiosk.start import check_ready, closing_databases
from kiosk.storage.read_only import is_read_only, without_password
from kiosk.upkeep.schools.moving import move_to
from tests.backup.conftest import Machine
from tests.faults.figures import FULL, reached
from tests.sets import repeats
from tests.storage.planted import State, dies_at, in_a_process, state
from tests.upkeep.schools.conftest import ADDRESSES, FleetSchool, write_school, write_something

KILLS = repeats(2, 6)


def held(config: Config) -> State:
    """All that the databases of these settings hold."""
    with closing_databases(config) as databases:
        found = state(databases)
    del found["sessions"]
    return found


def urls(config: Config) -> list[str]:
    """The addresses of its databases."""
    return [without_password(getattr(config, url)) for url in ADDRESSES.values()]


def said_as(config: Config) -> dict[str, str]:
    """The same, by their settings, as they are written there."""
    return {name: getattr(config, url) for name, url in ADDRESSES.items()}


def takes_changes(config: Config, name: str = "Ms New") -> bool:
    """Whether a page can write there; it is refused as by a database that is busy."""
    with closing_databases(config) as databases:
        try:
            write_something(databases, name)
        except OperationalError:
            with databases.school.rows(write=False) as connection:
                assert is_read_only(connection)
            return False
    return True


def test_every_row_arrives_and_the_old_databases_take_no_change_any_more(
    school: FleetSchool, target: Config
) -> None:
    before, whole = school.config, held(school.config)
    with closing_databases(before) as open_since_before:
        said = school.move(target)
        assert said.exit_code == 0, said.output
        with pytest.raises(OperationalError):
            write_something(open_since_before, "Ms Late")
    after = school.config
    assert urls(after) == urls(target)
    assert held(after) == held(before) == whole
    assert (takes_changes(before), takes_changes(after)) == (False, True)
    with closing_databases(after) as databases:
        check_ready(after, databases)


def test_where_it_cannot_go_the_school_writes_again_at_once(
    school: FleetSchool, target: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = school.config
    other = write_school(school.path.with_name("b.example.toml"), target)
    said = school.move(target)
    assert (said.exit_code, "is that of" in said.output) == (1, True)
    other.path.unlink()

    def full(*_: object, **__: object) -> None:
        assert not takes_changes(before)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.upkeep.schools.moving.move_school", full)
    assert "No space left" in school.move(target).output
    assert (school.config, takes_changes(before)) == (before, True)


def test_a_move_that_was_given_up_goes_back_and_one_that_is_made_does_not(
    school: FleetSchool, target: Config
) -> None:
    before = school.config

    def die(_: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    assert os.WIFSIGNALED(in_a_process(lambda: move_to(school.path, said_as(target), die)))
    assert (school.config, takes_changes(before)) == (before, False)
    assert school.move(None, "--back").exit_code == 0
    assert takes_changes(before)
    assert school.move(target).exit_code == 0
    old = write_school(school.path, before)
    said = old.move(None, "--back")
    assert (said.exit_code, "has moved to" in said.output) == (1, True)
    assert not takes_changes(before)


def test_the_other_node_of_a_school_follows_by_what_the_old_databases_say(
    school: FleetSchool, target: Config, tmp_path: Path
) -> None:
    other = write_school(tmp_path / "other" / school.path.name, school.config)
    assert school.move(target).exit_code == 0
    assert takes_changes(school.config)
    said = other.move()
    assert said.exit_code == 0, said.output
    assert urls(other.config)[:2] == urls(school.config)[:2]
    assert "say where to" in other.move().output


@pytest.mark.later
def test_whatever_step_a_move_is_killed_at_the_school_is_in_one_home_with_all_that_was_acknowledged(
    school: FleetSchool, machine: Machine, tmp_path: Path
) -> None:
    told, steps, kills = tmp_path / "steps", 0, 200 if FULL else KILLS
    for number in range(kills + 1):
        old, new = school.config, machine()
        new.data_dir.mkdir(parents=True)
        at = random.Random(number).randint(1, steps) if steps else 0
        move = partial(move_to, school.path, said_as(new), str)
        ended = in_a_process(dies_at(at, move, told))
        if not steps:
            steps = int(told.read_text())
            continue
        assert os.WIFSIGNALED(ended), at
        home = school.config
        writes = takes_changes(home, f"Ms {number}")
        whole = held(home)
        assert urls(home) == urls(new) or writes or not takes_changes(old, "nobody"), at
        if urls(home) == urls(new):
            assert not takes_changes(old, "nobody"), at
        elif number % 2:
            school.move(None, "--back")
        again = school.move(new)
        if "holds something else" in again.output:  # it wrote in its old home since, which is there as before
            assert writes
            new = machine()
            again = school.move(new)
        assert again.exit_code == 0, (at, again.output)
        assert held(school.config) == whole, at
        assert urls(school.config) == urls(new), at
        assert (takes_changes(old, "nobody"), takes_changes(school.config)) == (False, True), at
    reached("moves of a school", f"{kills} kills at {steps} steps, 0 rows lost, never two homes")


def test_an_address_that_is_shown_or_noted_has_no_password() -> None:
    assert without_password("postgresql://kiosk:secret@127.0.0.1/a") == "postgresql://kiosk@127.0.0.1/a"
