"""what the intake brings"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was merged, answers thrown away; what an earlier version kept for the end of its slot is passed on now."""
    op.create_table(
        "brought_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_in")),
        sqlite_with_rowid=False,
    )
    # Added in place: a copy of the table, as SQLite needs for other changes, would take its answers with it.
    empty = "x''" if op.get_bind().dialect.name == "sqlite" else "''::bytea"
    op.add_column(
        "thread", sa.Column("thrown", sa.LargeBinary(), nullable=False, server_default=sa.text(empty))
    )
    op.execute("UPDATE report SET state = 'released' WHERE state = 'new'")
    op.drop_column("outbox_row", "due")  # alerts come when their report does, so all of them may leave
    if op.get_bind().dialect.name == "postgresql":
        _forget_order()


def _forget_order() -> None:
    """An earlier version wrote rows as children told: write them once more, long values too, in the order of ids."""
    for again in (
        (
            "FOR one IN SELECT id FROM report ORDER BY id LOOP "
            "UPDATE report SET envelope = envelope || ''::bytea WHERE id = one.id; END LOOP;"
        ),
        (
            "FOR one IN SELECT id FROM reply ORDER BY id LOOP "
            "UPDATE reply SET sealed = sealed || ''::bytea WHERE id = one.id; END LOOP;"
        ),
    ):
        op.execute(f"DO $$ DECLARE one record; BEGIN {again} END $$")
    for table in ("report", "report_reader", "outbox_row", "thread", "reply"):
        op.execute(f"CLUSTER {table} USING pk_{table}")
