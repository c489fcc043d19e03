"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """first tables."""
    op.create_table(
        "outbox_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *("alert", "alarm", "account", "power", "anchor"),
                name="mail_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_row")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("outbox_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_row_report_id"), ["report_id"], unique=False)

    op.create_table(
        "reader",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "list_put_back",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lost", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("hash", "reader_id", name=op.f("pk_list_put_back")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reader_list",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signatures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_reader_list")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "released",
                "opened",
                "closed",
                name="report_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("retention", sa.String(length=20), nullable=False),
        sa.Column("altered", sa.Boolean(), nullable=False),
        sa.Column("envelope_version", sa.Integer(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("slot between 0 and 1439", name=op.f("ck_report_slot_in_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_report_state"), "report", ["state"])
    op.create_table(
        "report_reader",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("key_mark", sa.LargeBinary(length=8), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(length=200), nullable=False),
        sa.Column("checked", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_reader_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "reader_id", name=op.f("pk_report_reader")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "key_due",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_key_due_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_key_due")),
        sqlite_with_rowid=False,
    )
    _way_back()
    _zone()


def _way_back() -> None:
    op.create_table(
        "thread",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_reply_thread_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_thread_id"), ["thread_id"], unique=False)


def _zone() -> None:
    op.create_table(
        "zone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("staff_promise", sa.Boolean(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("alarmed_on", sa.Date(), nullable=True),
        sa.Column("differed_on", sa.Date(), nullable=True),
        sa.Column("noted_on", sa.Date(), nullable=True),
        sa.Column("noted_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recovery_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("verify_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("proof", sa.LargeBinary(length=200), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("proven_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_key")),
        sqlite_with_rowid=False,
    )
