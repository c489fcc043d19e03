"""what children answered to "Would you tell?", sealed, without a time"""

import sqlalchemy as sa
from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has been asked."""
    op.add_column("class_lesson", sa.Column("telling", sa.LargeBinary(200), nullable=True))
    op.create_table(
        "telling_sum",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
