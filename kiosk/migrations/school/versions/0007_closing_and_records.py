"""closing with a second reader, what changes afterwards, and more kinds of lines in an incident's log"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ACTS = (
    *(
        "opened",
        "read",
        "did",
        "assigned",
        "level",
        "parents",
        "referred",
        "stepped_aside",
        "replied",
        "closed",
    ),
    *(
        "reopened",
        "support",
        "witness",
        "not_referred",
        "provider",
        "device",
        "discipline",
        "complaint",
        "rang",
    ),
    *("ticked", "planned", "handed_over", "close_asked", "not_yet"),
)
OUTCOMES = ("resolved", "support", "referred", "no_action", "not_serious")
# SQLite changes a check by making the table anew, and its triggers go with the old one (promise Q1).
TRIGGERS = {
    verb: f"""CREATE TRIGGER incident_entry_no_{verb} BEFORE {verb} ON incident_entry
    BEGIN SELECT RAISE(ABORT, 'the incident log is append-only'); END"""
    for verb in ("update", "delete")
}


def upgrade() -> None:
    """Closing with a second reader, planned changes, and the kinds of lines that records need."""
    op.create_table(
        "closing",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(*OUTCOMES, name="case_outcome", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_closing_incident_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff_member.id"], name=op.f("fk_closing_asked_by_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_closing")),
    )
    op.create_table(
        "planned_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=400), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_planned_change_incident_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_member.id"], name=op.f("fk_planned_change_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_change")),
    )
    op.create_index(op.f("ix_planned_change_incident_id"), "planned_change", ["incident_id"])
    check = op.f("ck_incident_entry_act")
    allowed = "act IN (" + ", ".join(f"'{act}'" for act in ACTS) + ")"
    if op.get_bind().dialect.name == "sqlite":
        for verb in TRIGGERS:
            op.execute(f"DROP TRIGGER incident_entry_no_{verb}")
        with op.batch_alter_table("incident_entry", recreate="always") as table:
            table.drop_constraint(check, type_="check")
            table.create_check_constraint(check, allowed)
        for statement in TRIGGERS.values():
            op.execute(statement)
    else:
        op.drop_constraint(check, "incident_entry", type_="check")
        op.create_check_constraint(check, "incident_entry", allowed)
