"""on which number a reader is rung at night, and who is on it tonight"""

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has said anything yet."""
    op.create_table(
        "night_duty",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("staff_id", name="pk_night_duty"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["reader_key.staff_id"], name="fk_night_duty_staff_id", ondelete="CASCADE"
        ),
    )
