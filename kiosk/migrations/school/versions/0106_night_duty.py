"""who is on it tonight"""

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
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name="pk_night_duty"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_night_duty_staff_id"),
    )
