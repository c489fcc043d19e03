"""a lesson may be set for some children, and by a day"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whatever was set so far was set for everybody, without a day."""
    with op.batch_alter_table("lesson_set") as table:
        table.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("for_everybody", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "lesson_set_pupil",
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(length=80), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_group_id", "lesson_id"],
            ["lesson_set.class_group_id", "lesson_set.lesson_id"],
            name=op.f("fk_lesson_set_pupil_class_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_lesson_set_pupil_pupil_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("class_group_id", "lesson_id", "pupil_id", name=op.f("pk_lesson_set_pupil")),
    )
