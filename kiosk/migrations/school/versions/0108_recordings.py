"""recordings of lines that an adult of the school read aloud"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

revision = "0108"
down_revision = "0106"
branch_labels = None
depends_on = None

SOUNDS = ("audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav")


def upgrade() -> None:
    """Nothing is recorded yet."""
    op.create_table(
        "recording",
        sa.Column("lesson_id", sa.String(80), nullable=False),
        sa.Column("lang", sa.String(35), nullable=False),
        sa.Column("line", sa.String(64), nullable=False),
        sa.Column("reader", one_of("reader", "teacher", "parent", "other"), nullable=False),
        sa.Column("file", sa.String(64), nullable=False),
        sa.Column("sound", one_of("sound", *SOUNDS), nullable=False),
        sa.Column("tenths", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("lesson_id", "lang", "line", name="pk_recording"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_recording_staff_id"),
    )
