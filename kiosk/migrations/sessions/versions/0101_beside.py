"""for whom an adult sits beside one child"""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody does."""
    op.create_table(
        "class_beside",
        sa.Column("window_id", sa.Uuid(), primary_key=True),
        sa.Column("pupil_id", sa.Uuid(), primary_key=True),
        sa.Column("lesson_id", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
    )
