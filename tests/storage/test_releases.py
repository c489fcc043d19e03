"""A school with data of each release, updated to this version: every row is there, and kiosk starts on it."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect

from kiosk.backup.rows import count_rows, frozen, load_rows, write_rows
from kiosk.cli.main import main
from kiosk.config import Config
from kiosk.sealing.key_fingerprint import compare_site_key
from kiosk.start import closing_databases
from kiosk.storage.schema import METADATA, changing, check_schemas_current, each_database
from kiosk.upkeep.update import check_classes
from kiosk.wsgi import create_wsgi
from tests.sites import shipped_content
from tests.storage.make_release import KEY, RELEASES, write_release

FOLDERS = [
    pytest.param(path, id=path.name, marks=pytest.mark.later if path.suffix == ".dev" else ())
    for path in sorted(RELEASES.iterdir())
    if path.is_dir()
]
# Tables that a migration after a release dropped, rows and all; each with the migration that says why.
DROPPED: dict[str, str] = {}


def lines_of(folder: Path, tree: str) -> list[bytes]:
    return (folder / f"{tree}.rows").read_bytes().splitlines(keepends=True)


@pytest.fixture
def school(blank: Config) -> Config:
    """Settings of a school that has the site key of the releases here, and no tables yet."""
    blank.data_dir.mkdir()
    blank.key_path.write_text(KEY.hex(), encoding="ascii")
    blank.key_path.chmod(0o600)
    return blank


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_school_of_a_release_is_updated_with_every_row_and_kiosk_starts_on_it(
    school: Config, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: dict[str, int] = {}
    with closing_databases(school) as databases:
        for tree, database in each_database(databases):
            with changing(database) as connection:
                loaded = load_rows(connection, lines_of(folder, tree), tree)
                connection.commit()
            written |= {one.name: one.count for one in loaded}
            assert min(one.count for one in loaded) > 0
    with closing_databases(school) as databases:  # what is looked at before an update is begun
        assert compare_site_key(school, databases.school).startswith("fingerprint ")
        assert check_classes(databases) == "none is open"
    for name in ("data_dir", "database_url", "reports_database_url", "sessions_url"):
        if value := getattr(school, name):
            monkeypatch.setenv(f"KIOSK_{name.upper()}", str(value))
    said = CliRunner().invoke(main, ["db", "upgrade"])
    assert said.exit_code == 0, said.output
    with closing_databases(school) as databases:
        check_schemas_current(databases)
        found: dict[str, int] = {}
        for tree, database in each_database(databases):
            with frozen(database) as connection:
                found |= count_rows(connection, tree)
                assert set(inspect(connection).get_table_names()) == {
                    *METADATA[tree].tables,
                    "alembic_version",
                }
        assert {name: count for name, count in written.items() if name not in DROPPED} == {
            name: found.get(name) for name in written if name not in DROPPED
        }
        if not school.database_url:  # the server of the tests notes what kiosk does not start with
            create_wsgi(school, databases, shipped_content())


@pytest.mark.later
def test_the_newest_release_can_be_made_and_what_it_holds_comes_back_as_it_was(tmp_path: Path) -> None:
    write_release(tmp_path / "made")
    with closing_databases(Config(data_dir=tmp_path / "data")) as databases:
        for tree, database in each_database(databases):
            lines = lines_of(tmp_path / "made", tree)
            with changing(database) as connection:
                load_rows(connection, lines, tree)
                assert list(b"".join(write_rows(connection, tree)).splitlines(keepends=True)) == lines
    with pytest.raises(FileExistsError):
        write_release(tmp_path / "made")
