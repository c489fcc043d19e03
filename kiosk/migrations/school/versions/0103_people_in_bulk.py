"""two digests of a child, of number and name; what was chosen for the headings of a roster"""

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The digest kept so far was of either; it goes, and the next list finds each child by the first name alone."""
    op.add_column("pupil", sa.Column("name_digest", sa.LargeBinary(32), nullable=True))
    op.execute("UPDATE pupil SET roster_digest = NULL")
    op.create_table(
        "roster_columns",
        sa.Column("headings_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("headings_digest", name="pk_roster_columns"),
    )
