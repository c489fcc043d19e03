"""practice runs with the time to seen, and a lesson as part of what changes after an incident"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row for each practice report that is sent from now on, and the lesson of a planned change."""
    op.create_table(
        "practice_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("in_school_time", sa.Boolean(), nullable=False),
        sa.Column("goal_minutes", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("started_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("changed", sa.String(length=400), nullable=False),
        sa.CheckConstraint("goal_minutes > 0", name=op.f("ck_practice_run_goal_positive")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_practice_run_minutes_not_negative")),
        sa.CheckConstraint(
            "(minutes is null) = (started_at is not null)", name=op.f("ck_practice_run_seen_or_waits")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["staff_member.id"], name=op.f("fk_practice_run_started_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_run")),
        sa.UniqueConstraint("report_id", name=op.f("uq_practice_run_report_id")),
    )
    op.add_column("planned_change", sa.Column("lesson_id", sa.String(length=80), nullable=True))
