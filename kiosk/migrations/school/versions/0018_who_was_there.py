"""who was there when a class did a lesson together"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An adult signs for it, so that a lesson led from the board alone counts and an absent child is not forgotten."""
    op.create_table(
        "lesson_taught",
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(80), nullable=False),
        sa.Column("taught_on", sa.Date(), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_group_id"],
            ["class_group.id"],
            name=op.f("fk_lesson_taught_class_group_id_class_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["staff_member.id"], name=op.f("fk_lesson_taught_signed_by_id_staff_member")
        ),
        sa.PrimaryKeyConstraint("class_group_id", "lesson_id", "taught_on", name=op.f("pk_lesson_taught")),
    )
    op.create_table(
        "lesson_presence",
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(80), nullable=False),
        sa.Column("present_on", sa.Date(), nullable=False),
        sa.Column("was_there", sa.Boolean(), nullable=False),
        sa.Column("had_tablet", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_lesson_presence_pupil_id_pupil"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pupil_id", "lesson_id", "present_on", name=op.f("pk_lesson_presence")),
    )
    op.add_column(
        "lesson_progress",
        sa.Column("completed_by_word", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
