"""What people read about kiosk says what kiosk is: every setting, every command, every column, with its defaults."""

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import Table

import kiosk.app  # noqa: F401 - every table is known
from kiosk.accounts.models import Pupil
from kiosk.cli.main import main
from kiosk.config import PREFIX, Config
from kiosk.storage.schema import METADATA
from kiosk.storage.stored_data import (
    NOT_PERSONAL,
    PUBLIC_TASK,
    SAFEGUARDING,
    SAME_EVERYWHERE,
    column_row,
    table_rows,
)
from tests.cli.test_main import COMMANDS
from tests.promises import faults_of_test
from tests.tree import ROOT, files, read

SETTINGS, COMMANDS_PAGE, DPIA = "docs/settings.md", "docs/commands.md", "docs/dpia.md"
PRIVACY, WHO_CAN = "docs/privacy.md", "Who can do what"
LEAVES = [
    (path, command)
    for path, command in COMMANDS
    if not isinstance(command, click.Group) or command.invoke_without_command
]
TABLES = [table for tree in METADATA.values() for _, table in sorted(tree.tables.items())]
# Children's Code, standard 8: all that there may ever be about a pupil (promise AC8).
PUPIL_COLUMNS = {
    "id",
    "class_group_id",
    "first_name",
    "picture",
    "key_hash",
    "roster_digest",
    "name_digest",
    "left_on",
    "adjustments",
    "visit",
}


def sections(name: str, level: str = "## ") -> dict[str, str]:
    """Every section of a page by its heading."""
    found: dict[str, str] = {}
    for part in re.split(rf"^{level}", read(name), flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        assert heading not in found, f"{name}: {heading} is used twice"
        found[heading.strip()] = body.strip()
    return found


def rows_of(body: str) -> Iterator[list[str]]:
    """The rows of the tables of a section, without heads."""
    for line in body.splitlines():
        if line.startswith("| "):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells[0] != "column" and not set(cells[0]) <= {"-"}:
                yield cells


def test_every_setting_has_its_heading_and_no_heading_is_of_a_setting_that_is_gone() -> None:
    assert list(sections(SETTINGS)) == [PREFIX + name.upper() for name in Config.model_fields]


@pytest.mark.parametrize("name", list(Config.model_fields))
def test_a_setting_is_explained_as_the_code_explains_it_and_with_its_default(name: str) -> None:
    field, body = Config.model_fields[name], sections(SETTINGS)[PREFIX + name.upper()]
    first = body.split("\n\n")[0]
    assert field.description
    assert first.startswith(field.description)
    (said,) = re.findall(r"Default: ([^.]*(?:\.[^. ][^.]*)*)\.$", first)
    default = field.default
    if isinstance(default, bool):
        assert said == f"`{str(default).lower()}`"
    elif default in ("", None):
        assert not re.match(r"`[^`]+`$", said), "a default in words"
    else:
        assert said == f"`{default}`"


def test_every_command_has_its_heading_and_no_heading_is_of_a_command_that_is_gone() -> None:
    headings = list(sections(COMMANDS_PAGE))
    assert sorted(headings) == sorted(f"kiosk {' '.join(path)}" for path, _ in LEAVES)


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=[" ".join(path) for path, _ in LEAVES])
def test_a_command_is_explained_as_its_help_explains_it_and_with_every_option(
    path: tuple[str, ...], command: click.Command
) -> None:
    body = sections(COMMANDS_PAGE)[f"kiosk {' '.join(path)}"]
    assert body.startswith((command.help or "").strip())
    options = {word for one in command.params if isinstance(one, click.Option) for word in one.opts}
    assert set(re.findall(r"`(--[a-z-]+)`", body)) == options


def test_the_assessment_has_every_table_as_the_code_describes_it() -> None:
    _, mark, tables = sections(DPIA)["What is stored"].partition("### ")
    made = "\n".join(table_rows(METADATA)).strip()
    assert mark + tables == made, "paste what `kiosk stored-data --tables` prints"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_says_what_it_is_what_for_on_which_basis_and_until_when(table: Table) -> None:
    for column in table.columns:
        assert column.info or column.name in SAME_EVERYWHERE, f"{table.name}.{column.name} says nothing"
        name, what, purpose, basis, until = column_row(table, column)
        assert name == column.name
        assert basis in (PUBLIC_TASK, SAFEGUARDING, NOT_PERSONAL), name
        assert all(len(said) > 2 and "|" not in said and "\n" not in said for said in (what, purpose, until))


def test_every_column_of_every_database_is_printed_and_no_other() -> None:
    printed = CliRunner().invoke(main, ["stored-data"]).output
    rows = [line.split("|")[1] for line in printed.splitlines() if line.startswith("|") and line[1] != "-"]
    assert [name for name in rows if name != "column"] == [
        column.name for table in TABLES for column in table.columns
    ]


def test_words_that_columns_share_are_of_columns_that_are_there() -> None:
    silent = {column.name for table in TABLES for column in table.columns if not column.info}
    assert silent == set(SAME_EVERYWHERE)


def test_a_child_is_a_first_name_a_picture_a_class_what_fits_and_that_is_all() -> None:
    assert set(Pupil.__table__.columns.keys()) == PUPIL_COLUMNS


def test_no_column_of_what_a_child_did_holds_a_time_of_day() -> None:
    for name in ("lesson_progress", "question_met", "sign_off", "answer_tally", "lesson_set", "pupil"):
        for column in METADATA["school"].tables[name].columns:
            assert "DateTime" not in type(column.type).__name__, f"{name}.{column.name}"
            assert not column.name.endswith("_at"), f"{name}.{column.name}"


def test_every_file_that_a_page_points_at_is_there() -> None:
    pages = [name for name in files() if name.endswith(".md") and not name.startswith("content/")]
    assert SETTINGS in pages
    for name in pages:
        folder = (ROOT / name).parent
        for target in re.findall(r"\]\(([^)#: ]+)(?:#[^)]*)?\)", read(name)):
            assert (folder / target).exists(), f"{name} points at {target}"
        for target in re.findall(
            r"`((?:docs|tests|scripts|kiosk|content|licences)/[\w./-]+\.\w+)`", read(name)
        ):
            assert (ROOT / target).exists(), f"{name} speaks of {target}"


def test_every_test_that_a_page_names_is_there() -> None:
    pages = [name for name in files() if name.startswith("docs/") and name.endswith(".md")]
    named = {
        test: name
        for name in pages
        for test in re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", read(name))
        if test.rpartition("/")[2].startswith("test_")
    }
    assert PRIVACY in named.values()
    assert {test: (named[test], faults) for test in named if (faults := faults_of_test(test))} == {}


def test_what_each_attacker_can_and_cannot_do_is_held_by_a_test_in_every_cell() -> None:
    rows = [row for row in rows_of(sections(PRIVACY)[WHO_CAN]) if row[0] != "who"]
    assert len(rows) == 7
    for row in rows:
        assert len(row) == 3, row
        for cell in row[1:]:
            assert re.search(r"`tests/[\w/]+\.py(::\w+)?`", cell), f"nothing holds: {cell}"


def test_no_help_text_of_a_command_is_empty_or_ends_without_a_full_stop() -> None:
    assert main.help
    for path, command in COMMANDS:
        assert (command.help or "").strip().endswith("."), path
