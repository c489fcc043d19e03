"""Whether a migration leaves the release before it everything: what it may read, and what it may write as it did."""

from collections.abc import Iterator

from alembic import command
from sqlalchemy import Connection, MetaData, inspect

from kiosk.storage.schema import alembic_config
from kiosk.storage.shape import _found


def taken_away(connection: Connection, tree: str, to: str) -> list[str]:
    """Run the migrations of a database up to one; what of the tables before is gone, changed or demands more now."""
    tables, before, checks = _seen(connection)
    command.upgrade(alembic_config(tree, connection), to)
    now, after, more_checks = _seen(connection)
    known = {name: frozenset(table.columns.keys()) for name, table in tables.tables.items()}
    gone = [f"{part}: {detail}" for part, detail in before.items() if after.get(part) != detail]
    gone += [
        f"check {name} of {table}"
        for (table, name), said in checks.items()
        if more_checks.get((table, name)) != said
    ]
    gone += [
        f"{part} is new"
        for part, detail in after.items()
        if part not in before and _binds(part, detail, known)
    ]
    gone += [
        f"check {name} of {table} is new"
        for (table, name), said in more_checks.items()
        if table in known and (table, name) not in checks and any(column in said for column in known[table])
    ]
    return gone + list(_demanded(now, known))


def _seen(connection: Connection) -> tuple[MetaData, dict[str, str], dict[tuple[str, str], str]]:
    """The tables as they are now, their parts, and the words of their checks."""
    metadata, looking = MetaData(), inspect(connection)
    metadata.reflect(connection)
    checks = {
        (table, str(one["name"])): one["sqltext"]
        for table in metadata.tables
        for one in looking.get_check_constraints(table)
    }
    return metadata, _found(connection, metadata), checks


def _binds(part: str, detail: str, known: dict[str, frozenset[str]]) -> bool:
    """Whether something new binds what the release before writes: a trigger, or what is of its columns alone."""
    kind, _, rest = part.partition(" ")
    if kind == "trigger":
        return rest.rpartition(" of ")[2] in known
    if kind == "index":
        table, columns = (
            rest.rpartition(" of ")[2],
            detail.removeprefix("by ").partition(" unique")[0].split(", "),
        )
        return " unique" in detail and table in known and known[table].issuperset(columns)
    if kind == "uniqueness":
        named, _, table = rest.removeprefix("of ").rpartition(" in ")
        return table in known and known[table].issuperset(named.split(", "))
    if kind == "reference":
        table, _, named = rest.removeprefix("from ").partition(" (")
        return table in known and known[table].issuperset(named.partition(")")[0].split(", "))
    return False


def _demanded(now: MetaData, known: dict[str, frozenset[str]]) -> Iterator[str]:
    """New columns of tables from before that cannot be left out of a row."""
    for name, columns in known.items():
        for column in now.tables[name].columns if name in now.tables else ():
            if column.name not in columns and not column.nullable and column.server_default is None:
                yield f"column {name}.{column.name} has to be given"
