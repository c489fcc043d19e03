"""a line of an incident's log that takes back the one before"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ACTS = (
    *("opened", "read", "did", "assigned", "level", "parents", "referred", "stepped_aside", "replied"),
    *("closed", "reopened", "support", "witness", "not_referred", "provider", "device", "discipline"),
    *("complaint", "rang", "ticked", "planned", "handed_over", "close_asked", "not_yet", "tagged", "linked"),
    *("task_set", "task_done", "passed_word", "answered", "filed", "taken_back"),
)
# SQLite changes a check by making the table anew, and its triggers go with the old one (promise Q1).
TRIGGERS = {
    verb: f"""CREATE TRIGGER incident_entry_no_{verb} BEFORE {verb} ON incident_entry
    BEGIN SELECT RAISE(ABORT, 'the incident log is append-only'); END"""
    for verb in ("update", "delete")
}
# They hang on lines of the log, so SQLite lets nobody drop the old table while they have rows.
PUT_ASIDE = (
    "CREATE TABLE kept_filed_copy AS SELECT * FROM filed_copy",
    "CREATE TABLE kept_complaint_clock AS SELECT * FROM complaint_clock",
    "DELETE FROM filed_copy",
    "DELETE FROM complaint_clock",
)
BRING_BACK = (
    "INSERT INTO filed_copy SELECT * FROM kept_filed_copy",
    "INSERT INTO complaint_clock SELECT * FROM kept_complaint_clock",
    "DROP TABLE kept_filed_copy",
    "DROP TABLE kept_complaint_clock",
)


def upgrade() -> None:
    """A line may say that its writer takes back the line before it."""
    check = op.f("ck_incident_entry_act")
    allowed = "act IN (" + ", ".join(f"'{act}'" for act in ACTS) + ")"
    if op.get_bind().dialect.name == "sqlite":
        for verb in TRIGGERS:
            op.execute(f"DROP TRIGGER incident_entry_no_{verb}")
        for statement in PUT_ASIDE:
            op.execute(statement)
        with op.batch_alter_table("incident_entry", recreate="always") as batch:
            batch.drop_constraint(check, type_="check")
            batch.create_check_constraint(check, allowed)
        for statement in (*BRING_BACK, *TRIGGERS.values()):
            op.execute(statement)
    else:
        op.drop_constraint(check, "incident_entry", type_="check")
        op.create_check_constraint(check, "incident_entry", allowed)
