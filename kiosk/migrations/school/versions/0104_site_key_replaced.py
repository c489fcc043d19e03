"""a site key that took the place of another: which one comes, and what is kept of those before"""

import sqlalchemy as sa
from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A first key has neither."""
    op.add_column("site_key_mark", sa.Column("next_fingerprint", sa.LargeBinary(32), nullable=True))
    op.add_column("site_key_mark", sa.Column("kept", sa.LargeBinary(), nullable=True))
