"""who leads a class for a day, and the code that a class has on one day"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A colleague leads a class for a day; a class that is opened again has its code back that day."""
    op.create_table(
        "class_cover",
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_group_id"],
            ["class_group.id"],
            name=op.f("fk_class_cover_class_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_class_cover_staff_id")),
        sa.PrimaryKeyConstraint("class_group_id", "staff_id", "day", name=op.f("pk_class_cover")),
    )
    op.create_table(
        "class_code",
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_group_id"],
            ["class_group.id"],
            name=op.f("fk_class_code_class_group_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("class_group_id", name=op.f("pk_class_code")),
        sa.UniqueConstraint("code", name=op.f("uq_class_code_code")),
    )
