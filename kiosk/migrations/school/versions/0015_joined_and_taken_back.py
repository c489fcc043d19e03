"""two cases that are worked on as one, and a line of a log that takes back the one before"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ACTS = (
    *("opened", "read", "did", "assigned", "level", "parents", "referred", "stepped_aside", "replied"),
    *("closed", "reopened", "support", "witness", "not_referred", "provider", "device", "discipline"),
    *("complaint", "rang", "ticked", "planned", "handed_over", "close_asked", "not_yet", "tagged", "linked"),
    *("task_set", "task_done", "passed_word", "answered", "filed", "taken_back", "merged", "parted"),
)
# SQLite changes a check by making the table anew, and its triggers go with the old one (promise Q1).
TRIGGERS = {
    verb: f"""CREATE TRIGGER incident_entry_no_{verb} BEFORE {verb} ON incident_entry
    BEGIN SELECT RAISE(ABORT, 'the incident log is append-only'); END"""
    for verb in ("update", "delete")
}
# What points at lines of the log is put aside meanwhile: SQLite would not let go of a line that something points at.
PUT_ASIDE = (
    "CREATE TABLE filed_copy_aside AS SELECT * FROM filed_copy",
    "DELETE FROM filed_copy",
    "CREATE TABLE complaint_clock_aside AS SELECT * FROM complaint_clock",
    "DELETE FROM complaint_clock",
)
PUT_BACK = (
    "INSERT INTO filed_copy SELECT * FROM filed_copy_aside",
    "DROP TABLE filed_copy_aside",
    "INSERT INTO complaint_clock SELECT * FROM complaint_clock_aside",
    "DROP TABLE complaint_clock_aside",
)


def upgrade() -> None:
    """Three kinds of lines in a log, and which case another one goes on in."""
    check = op.f("ck_incident_entry_act")
    allowed = "act IN (" + ", ".join(f"'{act}'" for act in ACTS) + ")"
    if op.get_bind().dialect.name == "sqlite":
        for verb in TRIGGERS:
            op.execute(f"DROP TRIGGER incident_entry_no_{verb}")
        for statement in PUT_ASIDE:
            op.execute(statement)
        with op.batch_alter_table("incident_entry", recreate="always") as table:
            table.drop_constraint(check, type_="check")
            table.create_check_constraint(check, allowed)
        for statement in (*PUT_BACK, *TRIGGERS.values()):
            op.execute(statement)
        # Added in place: to make this table anew would first let go of every row that points at it.
        op.execute(
            "ALTER TABLE incident ADD COLUMN follows_id CHAR(32)"
            " CONSTRAINT fk_incident_follows_id REFERENCES incident (id)"
        )
    else:
        op.drop_constraint(check, "incident_entry", type_="check")
        op.create_check_constraint(check, "incident_entry", allowed)
        op.add_column("incident", sa.Column("follows_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f("fk_incident_follows_id"), "incident", "incident", ["follows_id"], ["id"])
    op.create_index(op.f("ix_incident_follows_id"), "incident", ["follows_id"])
