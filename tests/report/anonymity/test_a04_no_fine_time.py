"""Promise A4: nothing that a report makes is finer than its slot; a new column fails here until it has a reason."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Date, DateTime, Integer, MetaData, Table, Time, text
from sqlalchemy.schema import CreateTable

from kiosk.config import Config
from kiosk.report.intake.store import FILE, open_intake
from kiosk.storage.db import Database, Databases, ReportsBase, open_database
from tests.report.anonymity.dumps import tables_of
from tests.report.anonymity.every_status import every_answer
from tests.report.anonymity.steps import Visitor
from tests.report.anonymity.world import World

# table -> column -> why it may be there
ALLOWED = {
    "report": {
        "id": "made of a random nonce; a double tap finds the same row",
        "day": "a date, no finer",
        "slot": "the minute at which a slot starts, never an instant",
        "route": "who reads it",
        "urgent": "passed on at once, and the child was told so",
        "state": "new, released, opened, closed",
        "retention": "how long the words are kept",
        "altered": "whether somebody changed this row by hand and kiosk put it back: set by a reader's key alone",
        "envelope_version": "how the envelope is made",
        "envelope": "what the child said, sealed and padded",
    },
    "report_reader": {
        "report_id": "which report",
        "reader_id": "who may open it",
        "key_mark": "for which of the reader's keys",
        "wrapped": "the case key, sealed",
        "checked": "random, or a digest under that reader's key: nobody else can tell which",
    },
    "key_due": {"report_id": "which report needs its keys renewed"},
    "reader": {
        "id": "a member of staff",
        "name": "shown to the child before telling",
        "email": "where alerts go",
        "roles": "which routes",
        "public_key": "whom to seal for",
        "absent": "whether somebody else must be able to read meanwhile",
        "holds": "whom a child's page names first",
    },
    "reader_list": {
        "version": "how often who reads was changed: numbers of what staff did, never of reports",
        "statement": "who reads, with dates of what staff agreed",
        "signatures": "who agreed",
    },
    "recovery_key": {
        "id": "random",
        "public_key": "whom to seal for when all else fails",
        "verify_key": "checks what the sheets sign",
        "proof": "proves that the sheets open it",
        "made_on": "a date of the set-up",
        "proven_on": "a date of the set-up",
    },
    "zone": {
        "id": "the one row",
        "published_on": "a date of the set-up",
        "staff_promise": "whether the school has promised not to look for who told",
        "test_failed_on": "the day since which no report of the machine's own has come through",
        "alarmed_on": "the day on which readers were told that one was not opened",
        "well_on": "the day on which the mail was queued that all is well",
        "differed_on": "the day on which readers were told that the list is not the one that was seen",
        "noted_on": "the day on which open reports were last compared with who reads",
        "noted_version": "with which list that was",
    },
    "climbed": {
        "report_id": "which report is late: its day, slot and route say so already",
        "step": "how many times people were told so, in the order of the ids; of an opened case the day of a deadline",
    },
    "thread": {
        "id": "made of the child's pictures",
        "public_key": "made of the child's pictures",
        "ends_on": "a date, from the last answer on",
        "head": "which answers there are, sealed, so that one that is added or missing is seen",
        "thrown": "which answers the child threw away, sealed",
    },
    "reply": {"id": "random", "thread_id": "which thread", "sealed": "what a grown-up answered"},
    "outbox_row": {
        "id": "random",
        "report_id": "whose release lets it leave",
        "address": "to whom",
        "kind": "which of the constant texts",
        "claim": "random: which worker is sending it, while it does",
    },
    "brought_in": {
        "id": "of something that came from the intake, so that it does not come twice",
        "day": "a date, for forgetting it",
    },
    "drill_item": {
        "id": "the one row",
        "wrapped": "the key of kiosk's own sentence, sealed to the recovery card",
        "envelope": "kiosk's own sentence, sealed",
    },
    # The one table of the intake, in a file of its own: what has not been merged yet.
    "held": {
        "id": "made of a random nonce and of what was sent; the same thing comes once",
        "due": "the end of a slot, which all have that are told in it",
        "urgent": "merged at once, and the child was told so",
        "thread_id": "made of the child's pictures, so that they find what waits here",
        "copied": "whether the other node has it too, which follows within a second or two",
        "mailed": "whether readers had a mail while the reports database was away",
        "sealed": "everything else, which the site key opens; what the child said is sealed once more in it",
    },
}
DATES = {
    *("report.day", "brought_in.day", "thread.ends_on"),
    *("recovery_key.made_on", "recovery_key.proven_on"),
    *(
        "zone.published_on",
        "zone.test_failed_on",
        "zone.alarmed_on",
        "zone.well_on",
        "zone.differed_on",
        "zone.noted_on",
    ),
}
ODD = "09:17:13"  # the moment of world.school_time
FINE = re.compile(rb"0?9[:.]17|17:13|T09:|20\d\d-\d\d-\d\d[T ]\d\d:\d\d")


def unlisted(tables: list[Table]) -> set[str]:
    """Columns that stand on no list, and those that a list has and no table."""
    found = {f"{table.name}.{column.name}" for table in tables for column in table.columns}
    listed = {f"{name}.{column}" for name, columns in ALLOWED.items() for column in columns}
    return (found - {"alembic_version.version_num"}) ^ listed


def of_a_time_of_day(tables: list[Table]) -> set[str]:
    """Columns that could hold an instant, and dates that nobody listed."""
    columns = {f"{table.name}.{column.name}": column for table in tables for column in table.columns}
    return {
        name
        for name, column in columns.items()
        if isinstance(column.type, DateTime | Time) or (isinstance(column.type, Date) and name not in DATES)
    }


@pytest.fixture
def intake(config: Config) -> Iterator[Database]:
    """The intake's file, made as at a start."""
    keeper = open_intake(config)
    keeper.check()
    opened = open_database(f"sqlite:///{config.data_dir}/{FILE}")
    yield opened
    opened.engine.dispose()
    keeper.dispose()


def test_every_column_of_the_reports_database_and_of_the_intake_is_listed_with_a_reason(
    databases: Databases, intake: Database
) -> None:
    tables = [*tables_of(databases.reports), *tables_of(intake)]
    assert unlisted(tables) == set()
    assert of_a_time_of_day(tables) == set()


@pytest.mark.parametrize(("name", "kind"), [("created_at", DateTime), ("day", Date), ("at", Time)])
def test_a_new_column_fails_until_it_is_listed(
    databases: Databases, intake: Database, name: str, kind: type[Any]
) -> None:
    listed = [*tables_of(databases.reports), *tables_of(intake)]
    tables = [*listed, Table("planted", MetaData(), Column(name, kind))]
    assert unlisted(tables) == {f"planted.{name}"}
    assert of_a_time_of_day(tables) == {f"planted.{name}"}


def test_nothing_is_numbered_in_order_of_arrival(databases: Databases, intake: Database) -> None:
    # Numbers what staff agreed about who reads, and how often one report climbed: no report is numbered.
    of_staff = {"reader_list", "climbed"}
    for table in ReportsBase.metadata.tables.values():
        assert table.name in of_staff or not any(
            isinstance(column.type, Integer) for column in table.primary_key
        )
        assert table.dialect_options["sqlite"]["with_rowid"] is False
    for table in tables_of(databases.reports):
        said = str(CreateTable(table).compile(databases.reports.engine)).upper()
        assert not any(word in said for word in ("AUTOINCREMENT", "SERIAL", "CURRENT_TIMESTAMP", "NOW()")), (
            said
        )
    with intake.engine.connect() as connection:
        (made,) = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'table'")).scalars()
    assert made.upper().rstrip().endswith("WITHOUT ROWID")
    assert "INTEGER" not in made.upper().partition("PRIMARY KEY")[2], "the control: its key is no number"


def test_the_report_tables_point_at_no_table_outside_the_zone() -> None:
    inside = set(ReportsBase.metadata.tables)
    for table in ReportsBase.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.column.table.name in inside


def test_the_odd_minute_of_a_report_stands_in_no_row_file_line_or_mail(world: World) -> None:
    visitor = Visitor({}, "", world.school_time)
    with world.beginning(world.school_time) as (clock, heard):
        assert f"{clock.moment:%H:%M:%S}" == ODD
        for _ in every_answer(world, visitor, "secret", heard):
            continue
        left = world.look()
        clock.moment = world.release_moment(world.school_time)
        world.work(clock.moment)
        left |= {f"late {name}": held for name, held in world.look().items()}
        left["log"] = heard.getvalue().encode()
    assert left["late table reports.report"], "the control: there is something to look at"
    for name, held in left.items():
        if not name.removeprefix("late ").startswith(("table school.", "table sessions.")):
            assert not FINE.search(held + name.encode()), name


def test_the_search_for_a_fine_time_would_find_one() -> None:
    for planted in (b"2026-11-23 10:17:43", b"at 09:17", b"T09:17", b"9.17"):
        assert FINE.search(planted)
