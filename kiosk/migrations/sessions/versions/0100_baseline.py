"""the tables with which the sessions' store begins

Numbers start at 0100, so that a database of the versions before it is never taken for one of these
(kiosk/storage/schema.py).
"""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sessions of staff, and of classes that are led."""
    _staff()
    _classes()


def _staff() -> None:
    """Who is signed in."""
    op.create_table(
        "staff_session",
        sa.Column("token_digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("staff_key", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(200), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
    )


def _classes() -> None:
    """Where a class is that is led through a lesson, and how often each answer was given there."""
    op.create_table(
        "class_lesson",
        sa.Column("window_id", sa.Uuid(), primary_key=True),
        sa.Column("lesson_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("eyes", sa.Boolean(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("closed_to", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_table(
        "class_seat",
        sa.Column("window_id", sa.Uuid(), primary_key=True),
        sa.Column("pupil_id", sa.Uuid(), primary_key=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
    )
    # Without rowids, as those would keep the order in which children answered.
    op.create_table(
        "class_answer",
        sa.Column("window_id", sa.Uuid(), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("option_id", sa.String(), primary_key=True),
        sa.Column("taps", sa.Integer(), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "class_answered",
        sa.Column("window_id", sa.Uuid(), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("pupil_id", sa.Uuid(), primary_key=True),
        sqlite_with_rowid=False,
    )
