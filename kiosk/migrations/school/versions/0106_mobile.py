"""a reader's own mobile number for text messages"""

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has given one."""
    op.add_column("staff_member", sa.Column("mobile", sa.String(20), nullable=True))
