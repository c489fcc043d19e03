"""tests by lot: their rows look like a child's, and what is kept is since when none has come through (promise S8)"""

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tests and practice that nobody has opened go: nothing would know them from a child's report."""
    op.execute(
        "DELETE FROM report WHERE route = 'self_test' OR (route = 'practice' AND state IN ('new', 'released'))"
    )
    op.add_column("zone", sa.Column("test_failed_on", sa.Date(), nullable=True))
    op.drop_column("zone", "checked_on")
