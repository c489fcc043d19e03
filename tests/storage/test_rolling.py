"""Nodes are updated one after the other: a release runs on more schemas than its own, and a schema may go on meanwhile
(promise D17).
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from threading import Event
from unittest.mock import patch

import pytest
from sqlalchemy import text

from kiosk.backup.rows import frozen, known_revisions, make_schema, revision_of, write_rows
from kiosk.config import Config
from kiosk.host.heartbeat import write_heartbeat
from kiosk.migrations.schema_range import READS, ROLLING_SINCE
from kiosk.sealing.site_key import make_site_key
from kiosk.storage import schema
from kiosk.storage.db import Databases, now_utc
from kiosk.storage.schema import (
    METADATA,
    SchemaNotCurrent,
    changing,
    check_schemas_current,
    each_database,
    is_behind,
    upgrade,
)
from kiosk.storage.shape import differences
from kiosk.wsgi import create_wsgi
from tests.access_world import make_world
from tests.sites import make_app, shipped_content
from tests.storage.additions import taken_away
from tests.storage.filling import fill
from tests.storage.planted import make_newer, scripts_of, version
from tests.untracked import untracked

IN_READER = "with op.batch_alter_table('reader') as one: "
NUMBER = "one.add_column(sa.Column('planted', sa.Integer(){more}))"
HARMLESS = [
    "\n    ".join(
        [
            "op.create_table('planted', sa.Column('id', sa.Integer(), primary_key=True))",
            "op.create_index('ix_planted', 'reader', ['name'])",
            IN_READER + NUMBER.format(more=""),
        ]
    ),
    IN_READER + NUMBER.format(more=", nullable=False, server_default='2'"),
    IN_READER + NUMBER.format(more=", sa.CheckConstraint('planted > 1', name='planted')"),
]
TAKING = {
    "op.drop_table('outbox_row')": "table outbox_row",
    "op.drop_column('outbox_row', 'claim')": "column outbox_row.claim",
    "op.drop_index('ix_reply_thread_id', 'reply')": "index ix_reply_thread_id",
    "op.create_index('ix_planted', 'reader', ['name'], unique=True)": "index ix_planted of reader is new",
    IN_READER + "one.alter_column('name', type_=sa.String(400))": "column reader.name",
    IN_READER + NUMBER.format(more=", nullable=False"): "column reader.planted has to be given",
    IN_READER + "one.create_check_constraint('planted', 'length(name) > 1')": "of reader is new",
    IN_READER + "one.create_unique_constraint('uq_planted', ['name'])": "uniqueness of name in reader is new",
}
EVERY_TABLE = """for name in sa.inspect(op.get_bind()).get_table_names():
        op.add_column(name, sa.Column("planted", sa.Integer()))
        op.create_index("ix_planted_" + name, name, ["planted"])"""


def newest(tree: str) -> str:
    return str(scripts_of(tree).get_current_head())


def go_on(databases: Databases, folder: Path) -> None:
    """Update to the newest schema of a version whose models are not there."""
    with version(folder), patch.object(schema, "_not_so", lambda connection, tree: ""):
        assert upgrade(databases) == list(METADATA)


def found_of(databases: Databases, folder: Path, does: str) -> list[str]:
    """What a planted migration of the reports database is found to take away; the database is left empty."""
    with changing(databases.reports) as connection:
        make_schema(connection, "reports", newest("reports"))
        with version(make_newer(folder / "newer", reports=does)):
            return taken_away(connection, "reports", "head")


def put_number(databases: Databases, tree: str, number: str) -> None:
    """Say that a database has another schema than it has."""
    with dict(each_database(databases))[tree].rows(write=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})


def test_the_range_goes_from_a_schema_that_this_release_knows_to_the_end_of_its_hundred() -> None:
    for tree, (lowest, highest) in READS.items():
        assert ROLLING_SINCE[tree] <= lowest <= newest(tree) <= highest == f"{newest(tree)[:2]}99"
        assert lowest in known_revisions(tree)


@pytest.mark.parametrize("tree", METADATA)
def test_the_lowest_has_all_that_this_release_needs_and_the_one_before_it_has_not(
    empty: Databases, tree: str
) -> None:
    database, known = dict(each_database(empty))[tree], sorted(known_revisions(tree))
    lowest = known.index(READS[tree][0])
    with changing(database) as connection:
        make_schema(connection, tree, known[lowest - 1])
        assert differences(connection, METADATA[tree], exactly=False) != [], "an older one would do"
        make_schema(connection, tree, known[lowest])
        assert differences(connection, METADATA[tree], exactly=False) == []
        fill(connection, METADATA[tree])


@pytest.mark.parametrize("tree", METADATA)
def test_a_migration_within_a_hundred_leaves_the_release_before_it_everything(
    empty: Databases, tree: str
) -> None:
    since = [number for number in sorted(known_revisions(tree)) if number >= ROLLING_SINCE[tree]]
    with changing(dict(each_database(empty))[tree]) as connection:
        make_schema(connection, tree, since[0])
        for before, number in pairwise(since):
            taken = taken_away(connection, tree, number)
            assert not (taken and number[:2] == before[:2]), (
                f"{number} takes something from the release before: make it {int(before[:2]) + 1}00: {taken}"
            )


@pytest.mark.parametrize("does", HARMLESS)
def test_a_migration_that_only_adds_is_let_be(empty: Databases, tmp_path: Path, does: str) -> None:
    assert found_of(empty, tmp_path, does) == []


def test_a_migration_that_takes_something_away_is_noticed(empty: Databases, tmp_path: Path) -> None:
    for number, (does, taken) in enumerate(TAKING.items()):
        found = found_of(empty, tmp_path / str(number), does)
        assert taken in " ".join(found), f"{does}: {found}"


def test_this_release_starts_and_writes_on_what_the_next_one_left(empty: Databases, tmp_path: Path) -> None:
    upgrade(empty)
    go_on(empty, make_newer(tmp_path / "newer", like_before=True, **dict.fromkeys(METADATA, EVERY_TABLE)))
    check_schemas_current(empty)
    assert upgrade(empty) == []
    for tree, database in each_database(empty):
        assert not is_behind(tree, database)
        with database.rows(write=True) as connection:
            fill(connection, METADATA[tree])
        with frozen(database) as connection:
            assert b'"planted"' in b"".join(write_rows(connection, tree)), "a copy holds what is new as well"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("0200", "was made by a newer version of kiosk"),
        ("0106", "is not up to date; run `kiosk db upgrade`"),
    ],
)
def test_outside_of_the_range_nothing_starts(empty: Databases, number: str, said: str) -> None:
    upgrade(empty)
    put_number(empty, "reports", number)
    with pytest.raises(SchemaNotCurrent, match=f"the reports database {said}"):
        check_schemas_current(empty)


def test_what_is_missing_is_noticed_on_a_newer_schema_too(empty: Databases) -> None:
    upgrade(empty)
    put_number(empty, "reports", READS["reports"][1])
    check_schemas_current(empty)
    with empty.reports.rows(write=True) as connection:
        connection.execute(text("DROP INDEX ix_reply_thread_id"))
    with pytest.raises(SchemaNotCurrent, match="ix_reply_thread_id of reply is missing"):
        check_schemas_current(empty)


def test_a_release_that_needs_nothing_new_starts_before_its_update(empty: Databases, tmp_path: Path) -> None:
    upgrade(empty)
    with version(make_newer(tmp_path / "newer", like_before=True)):
        with pytest.raises(SchemaNotCurrent, match="not up to date"):
            check_schemas_current(empty)
        with patch.object(schema, "READS", READS):
            check_schemas_current(empty)
        assert is_behind("school", empty.school)
        assert upgrade(empty) == list(METADATA)
        check_schemas_current(empty)


@pytest.mark.database("postgresql")  # a file of SQLite has one node, which is stopped meanwhile
def test_kiosk_goes_on_while_its_schema_does(blank: Config, empty: Databases, tmp_path: Path) -> None:
    """Connections, prepared statements and threads of before, while every table gets a column and an index."""
    upgrade(empty)
    with empty.reports.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in untracked("empty_reports"):
            connection.execute(text(statement))
    empty.dispose()
    blank.data_dir.mkdir(exist_ok=True)
    key = make_site_key(blank.key_path)
    write_heartbeat(blank, now_utc(), None)
    app, lessons = make_app(blank, empty), shipped_content().lessons
    world = make_world(app, blank, empty, key, lessons)
    newer = make_newer(tmp_path / "newer", like_before=True, **dict.fromkeys(METADATA, EVERY_TABLE))
    asked, done, code = Event(), Event(), world.learner.window.code

    def all_pages() -> list[tuple[str, int]]:
        return [
            (f"{person} {address}", world.browser(person).get(address).status_code)
            for person, address in pages
        ]

    def join_and_answer() -> set[int]:
        seen = set[int]()
        while not done.is_set():
            tablet = world.browser("no")
            seen.add(tablet.post("/learn/", data={"code": code}).status_code)
            seen.add(world.browser("pu").get("/learn/").status_code)
            seen.add(world.browser("te").get(f"/staff/classes/{world.learner.class_group.id}").status_code)
            asked.set()
        return seen

    pages = [
        *(("no", address) for address in ("/", "/home/", "/learn/")),
        *(
            ("pu", address)
            for address in ("/learn/", f"/learn/lessons/{world.learner.lesson.id}/1", "/learn/code")
        ),
        *(
            ("te", address)
            for address in ("/staff/", "/staff/classes/", "/staff/completion/", "/staff/coverage")
        ),
        *(
            ("ds", address)
            for address in ("/staff/", "/staff/incidents/", f"/staff/incidents/{world.number}")
        ),
        *(("pr", address) for address in ("/staff/", "/staff/people/", "/staff/log", "/staff/signatures")),
    ]
    before = all_pages()
    assert {status for _, status in before} <= {200, 302}
    with ThreadPoolExecutor(2) as others:
        going = [others.submit(join_and_answer) for _ in range(2)]
        try:
            assert asked.wait(60)
            asked.clear()
            go_on(empty, newer)
            assert asked.wait(60), "somebody is answered afterwards as well"
        finally:
            done.set()
        assert set().union(*(one.result() for one in going)) <= {200, 302, 303}
    assert all_pages() == before
    create_wsgi(blank, empty, shipped_content())  # it starts as well
    for tree, database in each_database(empty):
        with database.engine.connect() as connection:
            assert str(revision_of(connection)) > newest(tree)
