"""drill: a sentence that the recovery card opens, so that a drill can prove a copy with no reader's password"""

import sqlalchemy as sa
from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The row is made with the card."""
    op.create_table(
        "drill_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(200), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_item")),
        sqlite_with_rowid=False,
    )
