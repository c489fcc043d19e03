"""visitors who agree to the Code at reception, and what the hall screen says on an evening"""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0119"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has signed at a tablet yet."""
    op.create_table(
        "visitor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("visiting", sa.String(200), nullable=False),
        sa.Column("code_version", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visitor"),
    )
    op.create_index("ix_visitor_day", "visitor", ["day"])
    op.create_table(
        "hall_evening",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.String(200), nullable=False),
        sa.Column("interpreters", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_hall_evening"),
    )
