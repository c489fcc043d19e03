"""Whether a database is what this version means: columns, keys, indexes, checks and triggers, not a number alone.

Both sides are lists of parts, each a name for people with what else must be so. What the database has is asked for in
one statement. Other tables beside kiosk's and indexes that somebody added change nothing, so they are not looked at.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import registry

from kiosk.storage.read_only import read_only_triggers

Parts = dict[str, str]
MOST_NAMED = 5
# Logs to which lines are added, never changed or removed (promises Q1, Q2), and what the database answers otherwise.
APPEND_ONLY = {
    "log_entry": "the log is append-only",
    "incident_entry": "the incident log is append-only",
    "duty_line": "the book of duties is append-only",
}
_BEFORE_CHANGE, _BEFORE_TRUNCATE = 1 + 2 + 8 + 16, 2 + 32  # as PostgreSQL writes down when a trigger fires
_CHECK = re.compile(r'CONSTRAINT "?(\w+)"? CHECK')
_SQLITE = """
SELECT 'column' AS kind, m.name AS tab, c.name AS name,
       c.type || CASE c."notnull" WHEN 1 THEN ' not null' ELSE '' END AS detail, c.pk AS place, '' AS more
FROM sqlite_master m CROSS JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
UNION ALL
SELECT CASE l.origin WHEN 'u' THEN 'unique' ELSE 'index' END, m.name, l.name, i.name, i.seqno,
       CASE WHEN l."unique" AND l.origin = 'c' THEN ' unique' ELSE '' END
       || CASE WHEN l.partial THEN ' of some rows' ELSE '' END
FROM sqlite_master m CROSS JOIN pragma_index_list(m.name) l CROSS JOIN pragma_index_info(l.name) i
WHERE m.type = 'table' AND l.origin <> 'pk'
UNION ALL
SELECT 'foreign', m.name, CAST(f.id AS TEXT), f."from", f.seq,
       f."table" || ' ' || coalesce(f."to", '') || ' ' || f.on_delete
FROM sqlite_master m CROSS JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
UNION ALL
SELECT type, tbl_name, name, sql, 0, '' FROM sqlite_master WHERE type IN ('table', 'trigger')
"""
_POSTGRESQL = """
WITH ours AS (
    SELECT oid, relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
), keys AS (
    SELECT k.*, o.relname, n.place, a.attname, r.relname AS target, b.attname AS target_column
    FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY n(own, other, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.own
    LEFT JOIN pg_class r ON r.oid = k.confrelid
    LEFT JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = n.other
)
SELECT 'column' AS kind, o.relname AS tab, a.attname AS name,
       format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END AS detail,
       coalesce((SELECT place FROM keys WHERE contype = 'p' AND conrelid = o.oid AND attname = a.attname), 0) AS place,
       '' AS more
FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT CASE contype WHEN 'u' THEN 'unique' ELSE 'foreign' END, relname, conname, attname, place,
       CASE contype WHEN 'u' THEN '' ELSE target || ' ' || target_column || ' ' ||
       CASE confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END END
FROM keys WHERE contype IN ('u', 'f')
UNION ALL
SELECT 'check', o.relname, k.conname, '', 0, '' FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid
WHERE k.contype = 'c'
UNION ALL
SELECT 'index', o.relname, c.relname, a.attname, n.place,
       CASE WHEN i.indisunique THEN ' unique' ELSE '' END
       || CASE WHEN i.indpred IS NULL THEN '' ELSE ' of some rows' END
FROM ours o JOIN pg_index i ON i.indrelid = o.oid JOIN pg_class c ON c.oid = i.indexrelid
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY n(number, place)
JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = n.number
WHERE i.indisvalid AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype <> 'f')
UNION ALL
SELECT 'trigger', o.relname, t.tgname,
       concat_ws(' ', t.tgtype, t.tgenabled, t.tgqual IS NULL AND t.tgattr = '', p.prosrc), 0, ''
FROM ours o JOIN pg_trigger t ON t.tgrelid = o.oid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal OR t.tgenabled = 'D'
"""


def differences(connection: Connection, metadata: MetaData, exactly: bool = True) -> list[str]:
    """What of a database is not as these models mean it, each in some words; empty where all is.

    Not `exactly`: what another release has beside that is left out, as its migrations say that it is in nobody's way.
    """
    meant = _meant(metadata, len(metadata.tables), connection.dialect.name)
    found = _found(connection, metadata)
    missing = [f"{part} is missing" for part in meant if part not in found]
    changed = [
        f"{part} was changed" if part.startswith("trigger") else f"{part} is {found[part]}, not {detail}"
        for part, detail in meant.items()
        if found.get(part, detail) != detail
    ]
    moving = {
        part: said
        for name in metadata.tables
        for part, said in read_only_triggers(name, connection.dialect.name).items()
    }
    more = [
        f"{part} is none of kiosk's"
        for part, said in found.items()
        if part not in meant and not part.startswith("index") and moving.get(part) != said
    ]
    return missing + changed + (more if exactly else [])


def in_some_words(found: list[str]) -> str:
    """The first differences in one line."""
    left = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(found[:MOST_NAMED]) + left


@cache
def _meant(metadata: MetaData, tables: int, kind: str) -> Parts:
    dialect: Dialect = registry.load(kind)()
    parts: Parts = {}
    for one in metadata.tables.values():
        parts |= dict(_meant_of(one, dialect))
    return parts


def _meant_of(one: Table, dialect: Dialect) -> Iterator[tuple[str, str]]:
    key = [column.name for column in one.primary_key]
    yield f"table {one.name}", _table(key, one.dialect_options["sqlite"]["with_rowid"], dialect.name)
    for column in one.columns:
        null = "" if column.nullable else " not null"
        yield f"column {one.name}.{column.name}", _type(column.type.compile(dialect)) + null
    for rule in one.constraints:
        names = [column.name for column in rule.columns] if isinstance(rule, UniqueConstraint) else []
        if names:
            yield _unique(one.name, names), ""
        elif isinstance(rule, CheckConstraint):
            yield f"check {rule.name} of {one.name}", ""
        elif isinstance(rule, ForeignKeyConstraint):
            at = [(own.parent.name, own.column.name) for own in rule.elements]
            yield _foreign(one.name, at, rule.referred_table.name), rule.ondelete or "NO ACTION"
    for index in one.indexes:
        some = " of some rows" if index.dialect_options[dialect.name]["where"] is not None else ""
        columns = [column.name for column in index.columns]
        yield f"index {index.name} of {one.name}", _index(columns, (" unique" if index.unique else "") + some)
    if said := APPEND_ONLY.get(one.name):
        yield from _meant_triggers(one.name, said, dialect.name)


def _meant_triggers(name: str, said: str, kind: str) -> Iterator[tuple[str, str]]:
    if kind == "sqlite":
        for verb in ("update", "delete"):
            words = f"BEFORE {verb} ON {name} BEGIN SELECT RAISE(ABORT, '{said}'); END"
            yield f"trigger {name}_no_{verb} of {name}", f"CREATE TRIGGER {name}_no_{verb} {words}"
        return
    raises = f"O t BEGIN RAISE EXCEPTION '{said}'; END"
    yield f"trigger {name}_append_only of {name}", f"{_BEFORE_CHANGE} {raises}"
    yield f"trigger {name}_not_emptied of {name}", f"{_BEFORE_TRUNCATE} {raises}"


def _found(connection: Connection, metadata: MetaData) -> Parts:
    kind = connection.dialect.name
    rows = connection.execute(text(_SQLITE if kind == "sqlite" else _POSTGRESQL)).all()
    parts: Parts = {}
    joined: dict[tuple[str, str, str], list[Any]] = {}
    for row in sorted(rows, key=lambda row: int(row.place)):
        if row.tab not in metadata.tables:
            continue
        joined.setdefault((row.tab, "table", row.tab), [])
        if row.kind == "column":
            parts[f"column {row.tab}.{row.name}"] = _type(row.detail)
            if row.place:
                joined[row.tab, "table", row.tab].append(row)
        elif row.kind == "table":
            numbered = not row.detail.upper().rstrip().endswith("WITHOUT ROWID")
            joined.setdefault((row.tab, "numbered", ""), []).append(numbered)
            parts |= {f"check {name} of {row.tab}": "" for name in _CHECK.findall(row.detail)}
        elif row.kind in ("check", "trigger"):
            parts[f"{row.kind} {row.name} of {row.tab}"] = " ".join(row.detail.split())
        else:
            joined.setdefault((row.tab, row.kind, row.name), []).append(row)
    return parts | dict(_joined(joined, kind))


def _joined(joined: dict[tuple[str, str, str], list[Any]], dialect: str) -> Iterator[tuple[str, str]]:
    """Parts that stand in several rows, one for each of their columns."""
    for (tab, kind, name), rows in joined.items():
        if kind == "table":
            numbered = joined.get((tab, "numbered", ""), [True])[0]
            yield f"table {tab}", _table([row.name for row in rows], numbered, dialect)
        elif kind == "unique":
            yield _unique(tab, [row.detail for row in rows]), ""
        elif kind == "index":
            yield f"index {name} of {tab}", _index([row.detail for row in rows], rows[0].more)
        elif kind == "foreign":
            pairs = [(row.detail, row.more.split(" ")[1]) for row in rows]
            target, _, action = rows[0].more.split(" ", 2)
            yield _foreign(tab, pairs, target), action


def _type(written: str) -> str:
    return written.lower().replace("varchar", "character varying")


def _table(key: list[str], numbered: bool, dialect: str) -> str:
    rows = " without row numbers" if dialect == "sqlite" and not numbered else ""
    return f"by {', '.join(key)}{rows}"


def _unique(tab: str, columns: list[str]) -> str:
    return f"uniqueness of {', '.join(columns)} in {tab}"


def _index(columns: list[str], more: str) -> str:
    return f"by {', '.join(columns)}{more}"


def _foreign(tab: str, pairs: list[tuple[str, str]], target: str) -> str:
    own, other = (", ".join(names) for names in zip(*pairs, strict=True))
    return f"reference from {tab} ({own}) to {target} ({other})"
