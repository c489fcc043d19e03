"""the day on which a decision about a Code became last year's"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """At the end of a year every child is asked anew, and what it decided stays in the register."""
    op.add_column("sign_off", sa.Column("lapsed_on", sa.Date(), nullable=True))
