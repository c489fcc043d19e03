"""late and well: mails about what is late, a mail that all is well, and which reports have climbed"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = ("alert", "alarm", "late", "well", "account", "power", "anchor")
ALLOWED = f"kind IN ({', '.join(repr(kind) for kind in KINDS)})"


def upgrade() -> None:
    """Two more kinds of mail, the day of the last one that all was well, and the steps that late reports took."""
    op.add_column("zone", sa.Column("well_on", sa.Date(), nullable=True))
    op.create_table(
        "climbed",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_climbed_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "step", name=op.f("pk_climbed")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_outbox_row_mail_kind"), "outbox_row", type_="check")
        op.create_check_constraint(op.f("ck_outbox_row_mail_kind"), "outbox_row", ALLOWED)
        return
    # SQLite changes no constraint: the mails that wait move to a new table.
    op.execute("ALTER TABLE outbox_row RENAME TO outbox_row_before")
    op.drop_index("ix_outbox_row_report_id", table_name="outbox_row_before")
    op.create_table(
        "outbox_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="mail_kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_row")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_row_report_id", "outbox_row", ["report_id"], unique=False)
    op.execute(
        "INSERT INTO outbox_row (id, report_id, address, kind) "
        "SELECT id, report_id, address, kind FROM outbox_row_before"
    )
    op.drop_table("outbox_row_before")
