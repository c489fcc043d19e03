"""mails: which worker is sending one, so that two workers never send it twice"""

import sqlalchemy as sa
from alembic import op

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing that waits is claimed."""
    op.add_column("outbox_row", sa.Column("claim", sa.LargeBinary(16), nullable=True))
