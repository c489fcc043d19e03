"""at which step a class stopped in a lesson, so that it can go on there another day"""

import sqlalchemy as sa
from alembic import op

revision = "0111"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No class has stopped anywhere yet."""
    op.create_table(
        "lesson_stopped",
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("stopped_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["class_group_id"], ["class_group.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("class_group_id", "lesson_id"),
    )
