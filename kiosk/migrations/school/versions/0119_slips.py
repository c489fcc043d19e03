"""slips from home: how a family is reached, one slip for each home and term, and the links that lead to it"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

revision = "0119"
down_revision = "0118"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No slip was made yet, and nothing is known of any home."""
    op.create_table(
        "slip_family",
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("lang", sa.String(20), nullable=False),
        sa.Column("second_lang", sa.String(20), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pupil_id", name="pk_slip_family"),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], ondelete="CASCADE", name="fk_slip_family_pupil_id"
        ),
    )
    op.create_table(
        "slip",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("kind", one_of("slip_kind", "code", "ask"), nullable=False),
        sa.Column("home", sa.SmallInteger(), nullable=False),
        sa.Column("lang", sa.String(20), nullable=False),
        sa.Column("lesson_id", sa.String(80), nullable=False),
        sa.Column("term", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("taken", sa.SmallInteger(), nullable=False),
        sa.Column("paper_on", sa.Date(), nullable=True),
        sa.Column("way", one_of("slip_way", "tap", "paper"), nullable=True),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("ring", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slip"),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], ondelete="CASCADE", name="fk_slip_pupil_id"),
        sa.CheckConstraint("home in (1, 2)", name="home"),
        sa.CheckConstraint("(way is null) = (back_on is null)", name="came_back"),
    )
    op.create_index("ix_slip_pupil_id", "slip", ["pupil_id"])
    op.create_index("ix_slip_term", "slip", ["term", "kind"])
    op.create_table(
        "slip_link",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("slip_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_slip_link"),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], ondelete="CASCADE", name="fk_slip_link_slip_id"),
    )
    op.create_index("ix_slip_link_slip_id", "slip_link", ["slip_id"])
