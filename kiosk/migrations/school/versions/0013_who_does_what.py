"""what somebody has to do about an incident, and words to a colleague"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tasks with an owner and a day, and words that a colleague has not read yet."""
    op.create_table(
        "case_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_case_task_incident_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_member.id"], name=op.f("fk_case_task_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_task")),
    )
    op.create_index(op.f("ix_case_task_incident_id"), "case_task", ["incident_id"])
    op.create_table(
        "passed_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name=op.f("fk_passed_word_by_id")),
        sa.ForeignKeyConstraint(["to_id"], ["staff_member.id"], name=op.f("fk_passed_word_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_word")),
    )
    op.create_index(op.f("ix_passed_word_to_id"), "passed_word", ["to_id"])
