"""A school moves to other databases whole, or not at all; its own stay as they were."""

import random
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, inspect, make_url, text

from kiosk.backup.moving import move_school
from kiosk.backup.rows import frozen, write_rows
from kiosk.cli.main import main
from kiosk.config import Config
from kiosk.roles import Role
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import Database, Databases, open_database
from kiosk.upkeep.running import running
from tests.demo_school import filled_demo
from tests.factories import make_staff
from tests.sets import repeats
from tests.storage.planted import in_a_process
from tests.untracked import untracked


def kiosk(config: Config, *words: str) -> Result:
    """A command of this school."""
    return CliRunner().invoke(main, words, env={"KIOSK_DATA_DIR": str(config.data_dir)})


def targets(bare: Config) -> tuple[str, ...]:
    """The options that name these databases."""
    if not bare.database_url:
        bare.data_dir.mkdir(parents=True, exist_ok=True)
    return ("--to-database-url", bare.school_url, "--to-reports-url", bare.reports_url)


def rows(database: Database, tree: str) -> bytes:
    """All that a database holds, as lines."""
    with frozen(database) as connection:
        return b"".join(write_rows(connection, tree))


def has_tables(url: str) -> bool:
    """Whether there is anything in a database."""
    engine = create_engine(url)
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


@pytest.fixture
def school(tmp_path: Path) -> Config:
    """A copy of the demo school, as a school that is none."""
    folder = tmp_path / "school"
    shutil.copytree(filled_demo(), folder, ignore=shutil.ignore_patterns("*.lock"))
    return Config(data_dir=folder)


def administer(url: str, *statements: str) -> None:
    """What an administrator of PostgreSQL does, where this is one of its databases."""
    if not url.startswith("sqlite"):
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@pytest.fixture
def target(bare_config: Config) -> Config:
    """Empty databases, and a server that notes nothing of the reports."""
    url = bare_config.reports_url
    administer(url, *untracked(str(make_url(url).database)))
    return bare_config


@pytest.mark.database("postgresql")
def test_every_row_arrives_the_old_databases_stay_and_the_settings_are_printed(
    school: Config, target: Config
) -> None:
    with closing_databases(school) as before:
        check_ready(school, before)  # which notes whose key this is
        held = {tree: rows(getattr(before, tree), tree) for tree in ("school", "reports")}
    done = kiosk(school, "move", *targets(target))
    assert done.exit_code == 0, done.output
    printed = f'database_url = "{target.school_url}"\nreports_database_url = "{target.reports_url}"\n'
    assert printed in done.output
    assert not re.search(r"\d rows", done.output), "the number of reports is for their readers"
    urls = {"database_url": target.school_url, "reports_database_url": target.reports_url}
    for config in (school, school.model_copy(update=urls)):
        with closing_databases(config) as stores:
            check_ready(config, stores)
            assert held == {tree: rows(getattr(stores, tree), tree) for tree in held}
    again = kiosk(school, "move", *targets(target))
    assert (again.exit_code, "this database is not empty" in again.output) == (1, True)


@pytest.mark.database("sqlite")
def test_nothing_moves_while_kiosk_runs_or_onto_itself_or_into_one_database(
    school: Config, target: Config
) -> None:
    with running(school):
        said = kiosk(school, "move", *targets(target))
    assert "stop `kiosk serve` and `kiosk worker` first" in said.output
    onto_itself = ("--to-database-url", school.school_url, "--to-reports-url", target.reports_url)
    assert "have to be others" in kiosk(school, "move", *onto_itself).output
    into_one = ("--to-database-url", target.school_url, "--to-reports-url", target.school_url)
    assert "must not be the school's database" in kiosk(school, "move", *into_one).output
    assert not has_tables(target.school_url)


@pytest.mark.database("postgresql")
def test_a_server_that_would_note_when_children_look_is_refused(school: Config, bare_config: Config) -> None:
    url = bare_config.reports_url
    administer(url, f"ALTER ROLE postgres IN DATABASE {make_url(url).database} RESET ALL")
    said = kiosk(school, "move", *targets(bare_config))
    assert (said.exit_code, "PostgreSQL notes when a child looks" in said.output) == (1, True)
    assert not has_tables(bare_config.school_url)


@pytest.mark.later
def test_one_row_that_does_not_fit_moves_nothing(school: Config, target: Config) -> None:
    database = open_database(school.reports_url)
    with database.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("UPDATE report SET day = 'never' WHERE id = (SELECT min(id) FROM report)"))
    database.engine.dispose()
    said = kiosk(school, "move", *targets(target))
    assert said.exit_code == 1
    assert not has_tables(target.school_url)
    assert not has_tables(target.reports_url)


@pytest.mark.later
@pytest.mark.parametrize("time", range(repeats(1, 20)))
def test_a_move_that_is_killed_leaves_the_school_as_it_was(school: Config, target: Config, time: int) -> None:
    with closing_databases(school) as before:
        check_ready(school, before)  # which notes whose key this is
        held = rows(before.school, "school")
    words = targets(target)
    in_a_process(lambda: kiosk(school, "move", *words), kill_after=random.uniform(0, 1.5))
    with closing_databases(school) as stores:
        check_ready(school, stores)
        assert rows(stores.school, "school") == held


@pytest.mark.later
@pytest.mark.database("postgresql")
def test_a_school_moves_back_into_files(config: Config, databases: Databases, tmp_path: Path) -> None:
    with databases.school.write() as session:
        make_staff(session, Role.DSL, name="Zoë اردو")
    check_ready(config, databases)
    to = config.model_copy(
        update={
            f"{name}_url": f"sqlite:///{tmp_path}/{name}.sqlite" for name in ("database", "reports_database")
        }
    )
    assert [one.tree for one in move_school(config, databases, to)] == ["school", "reports"]
    with closing_databases(to) as moved:
        check_ready(to, moved)
        for tree in ("school", "reports"):
            assert rows(getattr(moved, tree), tree) == rows(getattr(databases, tree), tree)
