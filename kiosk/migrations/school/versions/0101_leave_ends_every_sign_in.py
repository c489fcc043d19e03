"""what a child's sign-ins rest on, drawn anew at Leave"""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is drawn yet: the first Leave of each child does."""
    op.add_column("pupil", sa.Column("visit", sa.LargeBinary(8), nullable=True))
