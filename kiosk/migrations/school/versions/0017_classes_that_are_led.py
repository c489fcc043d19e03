"""whether an open class is led through a lesson"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The query that finds a pupil says so too, and no page of another class asks any more for it."""
    op.add_column("class_window", sa.Column("led", sa.Boolean(), nullable=False, server_default=sa.false()))
