"""what is set for a child so that pages fit, as one number and without a reason"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """In the row of the child: the query that finds a pupil brings it, and it goes with the child."""
    op.add_column("pupil", sa.Column("adjustments", sa.SmallInteger(), nullable=False, server_default="0"))
