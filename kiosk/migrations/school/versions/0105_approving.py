"""versions of content that two people approve, and what each said of one"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None

KEY = (("kind", 20), ("item", 120), ("digest", 64))


def upgrade() -> None:
    """Nothing is approved yet."""
    names = [name for name, _ in KEY]
    op.create_table(
        "content_version",
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in KEY),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(*names, name="pk_content_version"),
    )
    op.create_table(
        "content_word",
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in KEY),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("part", one_of("part", "read", "lead"), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("line", sa.String(200), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(*names, "staff_id", name="pk_content_word"),
        sa.ForeignKeyConstraint(
            names,
            [f"content_version.{name}" for name in names],
            name="fk_content_word_kind",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_content_word_staff_id"),
    )
