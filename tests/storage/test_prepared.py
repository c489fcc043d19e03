"""A prepared statement gives what SQLAlchemy gives, in its transactions and with its errors."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, column, func, insert, select, table, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil, StaffMember
from kiosk.lessons.models import LessonProgress
from kiosk.storage.db import Databases, now_utc, open_database
from kiosk.storage.engines import driver_of
from kiosk.storage.outages import is_transient
from kiosk.storage.prepared import PreparedStatement, driver_rows
from kiosk.storage.upsert import Upsert
from tests.factories import make_class_group, make_pupil, make_staff, make_window
from tests.lessons.learner import counted

OF_A_CHILD = (
    select(
        Pupil.id, Pupil.first_name, Pupil.key_hash, ClassGroup.band, ClassWindow.closes_at, ClassWindow.led
    )
    .join(ClassGroup, ClassGroup.id == Pupil.class_group_id)
    .join(ClassWindow, ClassWindow.class_group_id == ClassGroup.id)
    .where(Pupil.id == bindparam("pupil_id"), ClassWindow.closes_at > bindparam("now"))
)
NAMES = select(StaffMember.name).where(StaffMember.name == bindparam("name"))


def add_child(databases: Databases) -> Pupil:
    with databases.school.write() as session:
        group = make_class_group(session)
        make_window(session, group, make_staff(session))
        return make_pupil(session, group)


def test_a_prepared_statement_gives_the_values_that_sqlalchemy_gives(databases: Databases) -> None:
    values = {"pupil_id": add_child(databases).id, "now": now_utc()}
    with databases.school.rows(write=False) as rows:
        expected = [tuple(row) for row in rows.execute(OF_A_CHILD, values)]
        assert PreparedStatement(OF_A_CHILD).all(rows, values) == expected
    assert len(expected) == 1


def test_each_sending_has_its_own_values(databases: Databases) -> None:
    pupil, statement = add_child(databases), PreparedStatement(OF_A_CHILD)
    with databases.school.rows(write=False) as rows:
        assert statement.first(rows, {"pupil_id": pupil.id, "now": now_utc()})
        assert statement.first(rows, {"pupil_id": pupil.id, "now": now_utc() + timedelta(days=2)}) is None


def test_a_prepared_change_keeps_what_columns_say_of_themselves(databases: Databases) -> None:
    # `completed_by_word` is left out: Python's own default, which SQLAlchemy puts in.
    row = {"pupil_id": add_child(databases).id, "lesson_id": "one", "version": "v"}
    row |= {"furthest_screen": 3, "started_on": date(2026, 9, 1)}
    farther = Upsert(LessonProgress, lambda new: {"furthest_screen": new.furthest_screen + 1})
    for _ in range(2):
        with databases.school.rows(write=True) as rows:
            farther(rows, row)
    with databases.school.session(write=False) as session:
        (kept,) = session.scalars(select(LessonProgress))
        assert (kept.furthest_screen, kept.started_on, kept.completed_by_word) == (4, date(2026, 9, 1), False)


def test_a_prepared_change_is_kept_or_undone_with_its_transaction(databases: Databases) -> None:
    group, renamed = add_child(databases).class_group_id, update(ClassGroup)
    rename = PreparedStatement(
        renamed.where(ClassGroup.id == bindparam("of")).values(name=bindparam("called"))
    )
    name = PreparedStatement(select(ClassGroup.name).where(ClassGroup.id == bindparam("of")))
    for called, keep in (("kept", True), ("undone", False)):
        with databases.school.connect(write=True) as rows:
            rename.send(rows, {"of": group, "called": called})
            rows.commit() if keep else rows.rollback()
    with databases.school.rows(write=False) as rows:
        assert name.first(rows, {"of": group}) == ("kept",)


def test_a_statement_alone_holds_nothing_in_sqlite(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/one.sqlite")
    with database.rows(write=True) as rows:
        driver_rows(rows, "CREATE TABLE staff_member (name)", ())
    with database.connect(write=True) as first, database.connect(write=True) as second:
        PreparedStatement(NAMES).first(first, {"name": "x"}, without_transaction=True)
        assert not first.in_transaction()
        driver_rows(second, "BEGIN IMMEDIATE", ())  # nobody else has the lock for writing
    database.engine.dispose()


def test_a_statement_that_cannot_be_understood_raises_what_sqlalchemy_raises(databases: Databases) -> None:
    nowhere = PreparedStatement(select(StaffMember.name).where(func.no_such_function(bindparam("name")) == 1))
    wrong = pytest.raises((OperationalError, ProgrammingError))
    with databases.school.connect(write=False) as rows, wrong as raised:
        nowhere.first(rows, {"name": "typed by somebody"})
    assert "typed by somebody" not in str(raised.value)


def test_a_rule_of_a_table_raises_what_sqlalchemy_raises(databases: Databases) -> None:
    add = PreparedStatement(insert(ClassGroup))
    with databases.school.connect(write=True) as rows, pytest.raises(IntegrityError):
        add.send(rows, {"id": add_child(databases).class_group_id, "name": None, "year": 3, "band": "ks2"})


def test_a_lock_that_is_not_given_back_may_come_back(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/one.sqlite")
    with database.connect(write=True) as first, database.connect(write=True) as second:
        first.begin()
        driver_rows(second, "PRAGMA busy_timeout=10", ())
        with pytest.raises(OperationalError) as raised:
            second.begin()
    assert is_transient(raised.value)
    database.engine.dispose()


@pytest.mark.parametrize("write", [False, True], ids=["reading", "writing"])
def test_a_disk_that_fails_makes_every_connection_that_is_as_old_no_good(tmp_path: Path, write: bool) -> None:
    database = open_database(f"sqlite:///{tmp_path}/one.sqlite")
    with database.rows(write=True) as rows:
        driver_rows(rows, "CREATE TABLE staff_member (name)", ())
    several = [database.connect(write=write) for _ in range(3)]
    for one in several:
        driver_of(one).execute("PRAGMA query_only=1")  # as SQLite opens a file again whose disk has failed
        one.close()
    change = PreparedStatement(insert(table("staff_member", column("name"))).values(name=bindparam("called")))
    with database.connect(write=write) as rows, pytest.raises(OperationalError) as raised:
        change.send(rows, {"called": "x"})
    assert raised.value.connection_invalidated
    for _ in range(3):
        with database.rows(write=True) as rows:
            change.send(rows, {"called": "x"})
    database.engine.dispose()


def test_a_list_of_values_cannot_be_prepared_for_sqlite(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/one.sqlite")
    listed = PreparedStatement(select(StaffMember.name).where(StaffMember.name.in_(["a", "b"])))
    with (
        database.connect(write=False) as rows,
        pytest.raises(ValueError, match="another statement each time"),
    ):
        listed.all(rows, {})
    database.engine.dispose()


@pytest.mark.database("sqlite")
def test_a_value_too_many_or_too_few_is_refused_and_never_left_out(databases: Databases) -> None:
    farther = Upsert(LessonProgress, lambda new: {"furthest_screen": new.furthest_screen})
    row = {"pupil_id": add_child(databases).id, "lesson_id": "one", "version": "v", "furthest_screen": 3}
    row |= {"started_on": date(2026, 9, 1)}
    with databases.school.connect(write=True) as rows:
        farther(rows, row)
        for other in (row | {"completed_on": date(2026, 9, 2)}, {"pupil_id": row["pupil_id"]}):
            with pytest.raises(ValueError, match="other values than the first time"):
                farther(rows, other)
        with pytest.raises(ValueError, match="no such value"):
            PreparedStatement(NAMES).all(rows, {"name": "x", "nam": "y"})


@pytest.mark.database("sqlite")
def test_a_column_that_python_fills_in_anew_each_time_has_to_be_given(databases: Databases) -> None:
    with databases.school.connect(write=True) as rows, pytest.raises(ValueError, match="id has to be given"):
        PreparedStatement(insert(ClassGroup)).send(rows, {"name": "x", "year": 3, "band": "ks2"})


def test_whoever_counts_statements_counts_prepared_ones(databases: Databases) -> None:
    for write in (False, True):
        with counted(databases.school.engine) as sent, databases.school.connect(write=write) as rows:
            PreparedStatement(NAMES).first(rows, {"name": "x"})
        assert len([words for words in sent if "staff_member" in words]) == 1
