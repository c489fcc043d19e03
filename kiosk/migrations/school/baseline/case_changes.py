"""Triggers that note which cases changed, in the order in which they did."""

from alembic import op

NOBODYS = f"'{1:032x}'"
NEXT = "(SELECT coalesce(max(place), 0) + 1 FROM case_change)"
OF = "SELECT report_id FROM incident WHERE id"
VERBS = ("INSERT", "UPDATE", "DELETE")
OF_A_CASE = ("closing", "case_task", "complaint_clock", "case_tag")
OF_A_PERSON = "name, left_on, away_from, away_until, frozen_on"


def note_changes() -> None:
    """One row for each case, moved up by each change.

    By triggers, so that it is noted whoever changes a row. In SQLite alone: in PostgreSQL two places in the order could
    become visible the wrong way round, and pages are made anew there.
    """
    if op.get_context().dialect.name == "sqlite":
        for name, when, rows in _triggers():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN {rows} END")


def _triggers() -> list[tuple[str, str, str]]:
    found = [
        ("staff_member_seen_update", f"AFTER UPDATE OF {OF_A_PERSON} ON staff_member", _note(NOBODYS)),
        ("staff_member_seen_insert", "AFTER INSERT ON staff_member", _note(NOBODYS)),
        ("staff_member_seen_delete", "AFTER DELETE ON staff_member", _note(NOBODYS)),
    ]
    for verb in VERBS:
        sides = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}[verb]
        found.append((f"role_holder_seen_{verb.lower()}", f"AFTER {verb} ON role_holder", _note(NOBODYS)))
        rows = "".join(_note(f"{side}.report_id") for side in sides)
        found.append((f"incident_seen_{verb.lower()}", f"AFTER {verb} ON incident", rows))
        for table in (*OF_A_CASE, "incident_entry"):
            rows = "".join(_note(f"({OF} = {side}.incident_id)") for side in sides)
            # That somebody reads a case shows in no list.
            told = " WHEN NEW.act <> 'read'" if (table, verb) == ("incident_entry", "INSERT") else ""
            found.append((f"{table}_seen_{verb.lower()}", f"AFTER {verb} ON {table}{told}", rows))
    return found


def _note(report_id: str) -> str:
    return (
        f"INSERT INTO case_change (report_id, place) SELECT {report_id}, {NEXT} WHERE {report_id} IS NOT NULL"  # nosec B608
        " ON CONFLICT (report_id) DO UPDATE SET place = excluded.place;"
    )
