"""the tables with which the reports database begins

Numbers start at 0100, so that a database of the versions before it is never taken for one of these
(kiosk/storage/schema.py).
No table has rowids: SQLite would number rows in the order in which children told (promise A5).
"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

revision = "0100"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Reports, replies, readers and mails."""
    _reports()
    _replies()
    _readers()
    _mail()


def _reports() -> None:
    """Reports with the keys of their readers; what was merged from the intake; which late ones have climbed."""
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(20), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", one_of("report_state", "new", "released", "opened", "closed"), nullable=False),
        sa.Column("retention", sa.String(20), nullable=False),
        sa.Column("altered", sa.Boolean(), nullable=False),
        sa.Column("envelope_version", sa.Integer(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("slot between 0 and 1439", name="slot_in_day"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_report_state", "report", ["state", "day", "slot", "route", "urgent", "altered"])
    op.create_table(
        "report_reader",
        sa.Column("report_id", sa.Uuid(), sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("reader_id", sa.Uuid(), primary_key=True),
        sa.Column("key_mark", sa.LargeBinary(8), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(200), nullable=False),
        sa.Column("checked", sa.Uuid(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "key_due",
        sa.Column("report_id", sa.Uuid(), sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "climbed",
        sa.Column("report_id", sa.Uuid(), sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("step", sa.Integer(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "brought_in",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sqlite_with_rowid=False,
    )


def _replies() -> None:
    """The way back: a thread for each child who may look again, and what was said in it."""
    no_bytes = "x''" if op.get_bind().dialect.name == "sqlite" else "''::bytea"
    op.create_table(
        "thread",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("public_key", sa.LargeBinary(32), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("thrown", sa.LargeBinary(), nullable=False, server_default=sa.text(no_bytes)),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "thread_id", sa.LargeBinary(16), sa.ForeignKey("thread.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reply_thread_id", "reply", ["thread_id"])


def _readers() -> None:
    """Who reads: copied from the school, signed as a list, and watched from day to day."""
    op.create_table(
        "reader",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("public_key", sa.LargeBinary(32), nullable=True),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("holds", sa.String(200), nullable=False, server_default=""),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reader_list",
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signatures", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "list_put_back",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("reader_id", sa.Uuid(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lost", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recovery_key",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("public_key", sa.LargeBinary(32), nullable=False),
        sa.Column("verify_key", sa.LargeBinary(32), nullable=False),
        sa.Column("proof", sa.LargeBinary(200), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("proven_on", sa.Date(), nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "zone",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("staff_promise", sa.Boolean(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("alarmed_on", sa.Date(), nullable=True),
        sa.Column("differed_on", sa.Date(), nullable=True),
        sa.Column("noted_on", sa.Date(), nullable=True),
        sa.Column("noted_version", sa.Integer(), nullable=False),
        sa.Column("well_on", sa.Date(), nullable=True),
        sqlite_with_rowid=False,
    )


def _mail() -> None:
    """Mails that wait to leave."""
    op.create_table(
        "outbox_row",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column(
            "kind",
            one_of("mail_kind", "alert", "alarm", "late", "well", "account", "power", "anchor"),
            nullable=False,
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_row_report_id", "outbox_row", ["report_id"])
