"""tablets that an adult set up for a class or a year group, and cards by which children come in"""

import sqlalchemy as sa
from alembic import op

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No tablet is set up, and no card is printed."""
    op.create_table(
        "tablet_set_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_group_id", sa.Uuid(), nullable=True),
        sa.Column("year", sa.String(12), nullable=False),
        sa.Column("link_digest", sa.LargeBinary(32), nullable=True),
        sa.Column("link_ends_at", sa.DateTime(), nullable=False),
        sa.Column("tablets", sa.Integer(), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tablet_set_up"),
        sa.UniqueConstraint("link_digest", name="uq_tablet_set_up_link_digest"),
        sa.ForeignKeyConstraint(
            ["class_group_id"], ["class_group.id"], name="fk_tablet_set_up_class_group_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_tablet_set_up_staff_id"),
    )
    op.create_table(
        "join_card",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_join_card"),
        sa.UniqueConstraint("pupil_id", name="uq_join_card_pupil_id"),
        sa.ForeignKeyConstraint(
            ["class_group_id"], ["class_group.id"], name="fk_join_card_class_group_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name="fk_join_card_pupil_id", ondelete="CASCADE"),
    )
    op.create_index("ix_join_card_class_group_id", "join_card", ["class_group_id"])
