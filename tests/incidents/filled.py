"""Rows of a school that was filled once, put into the empty databases of the next test: to fill it is slow."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, insert, literal_column, select, union_all
from sqlalchemy.orm import selectinload

from kiosk.accounts.models import StaffMember
from kiosk.storage.db import Database, Databases
from kiosk.storage.schema import METADATA
from tests.roots import note_stored_root

COUNTED = {"reader_change", "case_change"}
Rows = list[tuple[Table, Sequence[Row[Any]]]]  # tables in an order in which they can be filled


@dataclass(frozen=True)
class Filled:
    """What the school's and the reports database held, and who is who."""

    school: Rows
    reports: Rows
    names: Mapping[str, uuid.UUID]

    @classmethod
    def read(cls, databases: Databases, people: Mapping[str, StaffMember]) -> "Filled":
        """What both databases hold now."""
        names = {name: person.id for name, person in people.items()}
        return cls(_read(databases.school, "school"), _read(databases.reports, "reports"), names)

    def put_into(self, databases: Databases) -> dict[str, StaffMember]:
        """Put it into databases without a row; the people by their names."""
        for database, rows in ((databases.school, self.school), (databases.reports, self.reports)):
            with database.rows(write=True) as connection:
                for table, found in rows:
                    connection.execute(insert(table), [dict(row._mapping) for row in found])
        with databases.reports.session(write=False) as reports:
            note_stored_root(reports)
        with databases.school.session(write=False) as session:
            read = session.scalars(select(StaffMember).options(selectinload(StaffMember.holdings)))
            by_id = {person.id: person for person in read}
        return {name: by_id[id] for name, id in self.names.items()}


def is_untouched(databases: Databases) -> bool:
    """Whether neither database holds a row."""
    return _is_empty(databases.school, "school") and _is_empty(databases.reports, "reports")


def _read(database: Database, tree: str) -> Rows:
    with database.engine.connect() as connection:
        read = [(table, connection.execute(select(table)).all()) for table in METADATA[tree].sorted_tables]
    return [(table, rows) for table, rows in read if rows and table.name not in COUNTED]


def _is_empty(database: Database, tree: str) -> bool:
    tables = METADATA[tree].sorted_tables
    looks: list[Any] = [select(literal_column("1")).where(select(table).exists()) for table in tables]
    with database.engine.connect() as connection:
        return connection.execute(union_all(*looks)).first() is None
