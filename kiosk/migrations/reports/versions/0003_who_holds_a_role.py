"""who holds a role"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Which roles a reader holds and does not only deputise; filled when readers are next copied."""
    op.add_column("reader", sa.Column("holds", sa.String(length=200), nullable=False, server_default=""))
