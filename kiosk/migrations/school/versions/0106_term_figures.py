"""figures of a term for governors, and the kind with which a case began until they are fixed"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

WHOLE = ("days", "days_two", "days_one", "days_tested")


def upgrade() -> None:
    """No term is fixed yet; cases that began before are counted in none."""
    op.add_column("incident", sa.Column("counts_as", sa.String(20), nullable=True))
    op.create_table(
        "term_figures",
        sa.Column("began", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("until", "fixed_on")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("step", "between", "online", "other")),
        sa.Column("in_time", one_of("share_in_time", "nearly_all", "most", "half_or_fewer"), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in WHOLE),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("began", name="pk_term_figures"),
    )
