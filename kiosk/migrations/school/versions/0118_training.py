"""training of staff: sessions, staff lessons that were read, and when they were talked over"""

import sqlalchemy as sa
from alembic import op

revision = "0118"
down_revision = "0117"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has been at a session yet."""
    op.create_table(
        "training_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("given_by", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("talked_on", sa.Date(), nullable=True),
        sa.Column("talked_with_id", sa.Uuid(), nullable=True),
        sa.Column("off_by_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_training_line"),
        sa.UniqueConstraint("session_id", "staff_id", name="uq_training_line_session_id"),
        *(
            sa.ForeignKeyConstraint([name], ["staff_member.id"], name=f"fk_training_line_{name}")
            for name in ("staff_id", "written_by_id", "talked_with_id", "off_by_id")
        ),
    )
    op.create_index("ix_training_line_staff_id", "training_line", ["staff_id", "day"])
