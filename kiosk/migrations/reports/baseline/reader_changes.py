"""Triggers that raise a number for each reader, with each change of a row that this reader has a key to."""

from alembic import op

ALL_READERS = f"'{1:032x}'"  # 0 is the recovery key's place among a report's readers
OF = "SELECT reader_id, 1 FROM report_reader WHERE report_id"
RAISE = "ON CONFLICT (reader_id) DO UPDATE SET changes = changes + 1"
SHOWN = "day, slot, route, urgent, state, retention, altered"


def count_changes() -> None:
    """Raise the numbers.

    By triggers, so that it is raised whoever changes the row. In SQLite alone: in PostgreSQL two who read at once would
    wait for each other's number, and pages are made anew there.
    """
    if op.get_context().dialect.name == "sqlite":
        for name, (when, rows) in TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN {rows} END")


def _raise(rows: str) -> str:
    return f"INSERT INTO reader_change (reader_id, changes) {rows} {RAISE};"


_ALL = _raise(f"VALUES ({ALL_READERS}, 1)")
_OLD, _NEW = _raise("VALUES (OLD.reader_id, 1)"), _raise("VALUES (NEW.reader_id, 1)")
TRIGGERS = {
    "report_seen_changed": (f"AFTER UPDATE OF id, {SHOWN} ON report", _raise(f"{OF} IN (OLD.id, NEW.id)")),
    "report_seen_deleted": ("BEFORE DELETE ON report", _raise(f"{OF} = OLD.id")),
    "key_seen_added": ("AFTER INSERT ON report_reader", _NEW),
    "key_seen_changed": (
        "AFTER UPDATE OF report_id, reader_id, key_mark ON report_reader",
        _OLD + _raise(f"{OF} IN (OLD.report_id, NEW.report_id)"),
    ),
    "key_seen_deleted": ("AFTER DELETE ON report_reader", _OLD + _raise(f"{OF} = OLD.report_id")),
    **{
        f"{table}_seen_{verb.split()[0].lower()}": (f"AFTER {verb} ON {table}", _ALL)
        for table in ("reader", "reader_list")
        for verb in ("INSERT", "UPDATE", "DELETE")
    },
    "zone_seen_update": ("AFTER UPDATE OF published_on, staff_promise ON zone", _ALL),
}
