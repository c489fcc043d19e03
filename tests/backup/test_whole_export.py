"""What a school takes along at the end: everything in open files, explained, and nothing that lets anybody in."""

import csv
import io
import json
import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import LogAct, LogEntry
from kiosk.backup.whole_export import LEFT_OUT, LOG, README
from kiosk.cli.main import main
from kiosk.config import Config
from kiosk.start import closing_databases
from kiosk.storage.db import Databases
from kiosk.storage.schema import METADATA
from tests.demo_school import filled_demo
from tests.factories import make_staff


def export(config: Config, folder: Path) -> Result:
    """The command, for this school."""
    env = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_DATABASE_URL": config.database_url}
    env |= {
        "KIOSK_REPORTS_DATABASE_URL": config.reports_database_url,
        "KIOSK_SESSIONS_URL": config.sessions_url,
    }
    return CliRunner().invoke(main, ["export", str(folder)], env=env)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by their heading."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


@pytest.fixture
def school(tmp_path: Path) -> Config:
    """A copy of the demo school, as a school that is none."""
    folder = tmp_path / "school"
    shutil.copytree(filled_demo(), folder, ignore=shutil.ignore_patterns("*.lock"))
    return Config(data_dir=folder)


def test_every_table_is_there_with_every_row_and_each_column_is_explained(
    school: Config, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert export(school, out).exit_code == 0
    readme = (out / README).read_text()
    with closing_databases(school) as stores:
        for tree in ("school", "reports"):
            for name, table in METADATA[tree].tables.items():
                found = read(out / tree / f"{name}.csv")
                with getattr(stores, tree).rows(write=False) as connection:
                    count = connection.scalar(text(f"SELECT count(*) FROM {name}"))
                assert len(found) == count, name
                left = {one.name for one in table.columns} - LEFT_OUT.get(name, set())
                assert not found or set(found[0]) == left
                part = readme.partition(f"## {tree}/{name}.csv: ")[2].partition("\n## ")[0]
                assert all(re.search(rf"^\|{column}\|.{{5,}}\|.+\|$", part, re.M) for column in left), name
    assert (out / "calendar.toml").read_bytes() == (school.data_dir / "calendar.toml").read_bytes()
    assert {one.stat().st_mode & 0o077 for one in out.rglob("*")} == {0}


def test_the_log_comes_with_its_words_and_whether_it_is_whole(school: Config, tmp_path: Path) -> None:
    assert export(school, tmp_path / "out").exit_code == 0
    assert "lines were as kiosk had written them" in (tmp_path / "out" / README).read_text()
    lines = json.loads((tmp_path / "out" / LOG).read_text())
    assert (lines[-1]["words"], lines[-1]["details"]["what"]) == (
        "A list with names was downloaded or printed",
        "everything",
    )
    with closing_databases(school) as stores, stores.school.session(write=False) as session:
        last = session.scalars(select(LogEntry).order_by(LogEntry.seq.desc()).limit(1)).one()
    assert (last.act, last.hash.hex()) == (LogAct.EXPORTED, lines[-1]["hash"])


def test_whoever_has_the_export_alone_can_check_the_chain_as_its_page_says(
    school: Config, tmp_path: Path
) -> None:
    def plain(value: object) -> str:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))

    assert export(school, tmp_path / "out").exit_code == 0
    previous = bytes(32).hex()
    for line in json.loads((tmp_path / "out" / LOG).read_text()):
        assert line["previous"] == previous
        said = {name: line[name] for name in ("about", "act", "at", "by", "seq")} | {
            "details": plain(line["details"])
        }
        previous = sha256(bytes.fromhex(previous) + plain(said).encode()).hexdigest()
        assert line["hash"] == previous


def test_nothing_that_lets_anybody_in_leaves(school: Config, tmp_path: Path) -> None:
    assert export(school, tmp_path / "out").exit_code == 0
    everything = b"".join(one.read_bytes() for one in (tmp_path / "out").rglob("*") if one.is_file())
    with closing_databases(school) as stores, stores.school.rows(write=False) as connection:
        for table, columns in LEFT_OUT.items():
            for column in columns - {"totp_step", "code"}:
                for value in connection.execute(text(f"SELECT {column} FROM {table}")).scalars():
                    assert value is None or bytes(value).hex().encode() not in everything, (table, column)
    assert school.key_path.read_bytes().split()[0] not in everything


@pytest.mark.database("sqlite", "postgresql")
def test_a_name_that_is_a_formula_runs_nowhere(config: Config, databases: Databases, tmp_path: Path) -> None:
    with databases.school.write() as session:
        make_staff(session, name='=HYPERLINK("http://evil.example")', email="f@school.example")
    assert export(config, tmp_path / "out").exit_code == 0
    (row,) = read(tmp_path / "out/school/staff_member.csv")
    assert row["name"] == """'=HYPERLINK("http://evil.example")"""
    with databases.school.session(write=False) as session:
        assert session.scalar(select(StaffMember.name)) == row["name"][1:]


@pytest.mark.database("sqlite")
def test_a_folder_that_holds_anything_is_refused_and_no_line_says_that_something_left(
    config: Config, databases: Databases, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")
    said = export(config, tmp_path / "full")
    assert (said.exit_code, said.output.count("\n"), "is not empty" in said.output) == (1, 1, True)
    with databases.school.session(write=False) as session:
        assert not session.scalars(select(LogEntry)).all()
