"""answers of a class that is led"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """How often each answer was given at a step, who has answered there, and whether the answers were shown."""
    op.add_column("class_lesson", sa.Column("shown", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("class_lesson", sa.Column("closed_to", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "class_answer",
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.String(), nullable=False),
        sa.Column("taps", sa.Integer(), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("window_id", "place", "option_id", name=op.f("pk_class_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "class_answered",
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("window_id", "place", "pupil_id", name=op.f("pk_class_answered")),
        sqlite_with_rowid=False,
    )
