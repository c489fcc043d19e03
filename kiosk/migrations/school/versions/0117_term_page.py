"""the term page, frozen as it was issued"""

import sqlalchemy as sa
from alembic import op

revision = "0117"
down_revision = "0116"
branch_labels = None
depends_on = None

PEOPLE = ("drafted_by_id", "issued_by_id", "read_by_id")


def upgrade() -> None:
    """No page was issued yet."""
    op.create_table(
        "term_page",
        sa.Column("began", sa.Date(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("log_line", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("drafted_by_id", sa.Uuid(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_by_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("read_by_id", sa.Uuid(), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], ["staff_member.id"], name=f"fk_term_page_{name}")
            for name in PEOPLE
        ),
    )
