"""how many children would tell, in fives, among the figures of a term"""

import sqlalchemy as sa
from alembic import op

revision = "0109"
down_revision = "0108"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of the terms that are fixed nothing is known."""
    for asked in ("before", "after"):
        for answer in ("yes", "maybe", "no"):
            op.add_column("term_figures", sa.Column(f"{answer}_{asked}", sa.Integer(), nullable=True))
