"""lessons that a teacher leads"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Where a class is that is led through a lesson, and at which step each child."""
    op.create_table(
        "class_lesson",
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("eyes", sa.Boolean(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("window_id", name=op.f("pk_class_lesson")),
    )
    op.create_table(
        "class_seat",
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("window_id", "pupil_id", name=op.f("pk_class_seat")),
    )
