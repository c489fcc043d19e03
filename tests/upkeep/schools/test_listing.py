"""The schools of a folder in one line each: where they are and how they are, and nothing of their people."""

import re

import pytest

from kiosk.config import Config
from kiosk.start import closing_databases
from kiosk.storage.read_only import make_read_only, without_password
from kiosk.storage.schema import METADATA
from tests.upkeep.schools.conftest import HOST, FleetSchool


def listed(school: FleetSchool) -> tuple[int, str]:
    """How `kiosk site list` ends, and what it says."""
    said = school.kiosk("site", "list")
    return said.exit_code, said.output


def test_each_school_has_a_line_with_its_state_databases_versions_and_keepers(
    school: FleetSchool, target: Config
) -> None:
    code, said = listed(school)
    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith(f"ok    {HOST}  answers  ")
    assert re.search(r"school \d{4} reports \d{4} sessions \d{4}  one keeper$", said)
    config = school.config
    with closing_databases(config) as databases:
        make_read_only(databases.school, METADATA["school"])
    assert listed(school) == (
        1,
        said.replace("ok    ", "LOOK  ").replace("answers", "is read-only, of a move"),
    )
    assert school.move(target).exit_code == 0
    before = school.path.read_text()
    school.path.write_text(before.replace(target.school_url, config.school_url))
    assert f"has moved to {without_password(target.school_url)}" in listed(school)[1]


@pytest.mark.database("sqlite")
def test_a_mistake_in_one_file_and_a_database_that_is_away_hide_no_other_school(school: FleetSchool) -> None:
    school.path.with_name("b.example.toml").write_text("data_dir = 7")
    (school.config.data_dir / "reports.sqlite").unlink()
    code, said = listed(school)
    first, second = said.splitlines()
    assert code == 1
    assert re.match(rf"LOOK  {HOST}  does not answer: .*reports.sqlite is missing", first)
    assert re.match(r"LOOK  b\.example  .*every school needs its own", second)
