"""keys of readers"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ACTS = (
    *("made", "renewed", "approved", "activated", "removed"),
    *("sheets_made", "sheets_proven", "page_opened", "recovered"),
)


def upgrade() -> None:
    """keys of readers."""
    op.create_table(
        "reader_key",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wrapped_private", sa.LargeBinary(length=200), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("renewed", sa.Boolean(), nullable=False),
        sa.Column("reads_from", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_reader_key_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_reader_key")),
    )
    op.create_table(
        "key_approval",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reads_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_key_approval_staff_id")),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name=op.f("fk_key_approval_by_id")),
        sa.PrimaryKeyConstraint("staff_id", "by_id", name=op.f("pk_key_approval")),
    )
    op.create_table(
        "key_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(*ACTS, name="key_act", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("fingerprint", sa.String(length=30), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_key_event_staff_id")),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name=op.f("fk_key_event_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_event")),
        sa.UniqueConstraint("seq", name=op.f("uq_key_event_seq")),
    )
