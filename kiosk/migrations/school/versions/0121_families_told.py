"""on which days families were told which version of a notice, and what they said and the school did"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No notice is published yet, and nothing that families said is shown."""
    op.create_table(
        "family_notice_day",
        sa.Column("notice", sa.String(80), nullable=False),
        sa.Column("lang", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("notice", "lang", "version", "told_on", name="pk_family_notice_day"),
    )
    op.create_table(
        "families_said",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("said", sa.String(400), nullable=False),
        sa.Column("answer", one_of("answer", "did", "not_yet"), nullable=False),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("by_when", sa.String(200), nullable=False),
        sa.Column("heard", one_of("heard", "five", "asked"), nullable=False),
        sa.Column("came_from", one_of("came_from", "letters", "talks", "evening"), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_families_said"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_families_said_staff_id"),
        sa.ForeignKeyConstraint(["agreed_id"], ["staff_member.id"], name="fk_families_said_agreed_id"),
    )
