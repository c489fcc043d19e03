"""in which term of a school year which lesson is planned"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The plan says nothing of anybody, and stays from year to year."""
    op.create_table(
        "programme_lesson",
        sa.Column("year", sa.String(length=12), nullable=False),
        sa.Column("lesson_id", sa.String(length=80), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", "lesson_id", name=op.f("pk_programme_lesson")),
    )
