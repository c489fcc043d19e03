"""one proposal for all that somebody hands over, with its day and the yes of whoever takes it on"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

ROLES = ("teacher", "coordinator", "dsl", "principal", "chair", "network")


def upgrade() -> None:
    """What waits is proposed again: the tables are made anew, as the check of the kind is another."""
    op.drop_table("proposal_voice")
    op.drop_table("proposal")
    staff = [sa.ForeignKey("staff_member.id") for _ in range(4)]
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", one_of("proposal_kind", "role", "key", "sheets", "handover"), nullable=False),
        sa.Column("gains_id", sa.Uuid(), staff[0], nullable=True),
        sa.Column("loses_id", sa.Uuid(), staff[1], nullable=True),
        sa.Column("role", one_of("role", *ROLES), nullable=True),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), staff[2], nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
    )
    proposal = sa.ForeignKey("proposal.id", ondelete="CASCADE")
    op.create_table(
        "proposal_voice",
        sa.Column("proposal_id", sa.Uuid(), proposal, primary_key=True),
        sa.Column("staff_id", sa.Uuid(), staff[3], primary_key=True),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
    )
