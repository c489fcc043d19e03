"""powers: the log of who used which, and links that wait for a second person"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Lines of the log are added, never changed or removed (promise Q2).
APPEND_ONLY = {
    "sqlite": [
        f"""CREATE TRIGGER log_entry_no_{verb} BEFORE {verb} ON log_entry
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"""
        for verb in ("update", "delete")
    ],
    "postgresql": [
        """CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$""",
        """CREATE TRIGGER log_entry_append_only BEFORE UPDATE OR DELETE ON log_entry
        FOR EACH ROW EXECUTE FUNCTION log_is_append_only()""",
        """CREATE TRIGGER log_entry_not_emptied BEFORE TRUNCATE ON log_entry
        FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()""",
    ],
}


def upgrade() -> None:
    """powers: the log and links that wait for a second person."""
    op.create_table(
        "log_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_entry")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_entry_act"), ["act"], unique=False)
        batch_op.create_index(batch_op.f("ix_log_entry_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_log_entry_about_id"), ["about_id"], unique=False)

    op.create_table(
        "link_request",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["staff_member.id"], name=op.f("fk_link_request_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_link_request_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_link_request")),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
