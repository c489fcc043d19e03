"""you said, we did"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """you said, we did."""
    op.create_table(
        "you_said",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bands", sa.String(length=200), nullable=False),
        sa.Column("lang", sa.String(length=12), nullable=False),
        sa.Column("said", sa.String(length=400), nullable=False),
        sa.Column("did", sa.String(length=400), nullable=False),
        sa.Column("shown_from", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_you_said_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_you_said")),
    )
