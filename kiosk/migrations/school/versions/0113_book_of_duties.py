"""the book of duties: its lines, which are only added, and where each duty stands"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

revision = "0113"
down_revision = "0112"
branch_labels = None
depends_on = None

KINDS = (
    "done",
    "correction",
    "put_off",
    "given",
    "not_here",
    "switched_on",
    "late",
    "taken_back",
    "happened",
)
PEOPLE = ("done_by_id", "given_to_id", "asked_by_id")
APPEND_ONLY = {
    "sqlite": [
        f"""CREATE TRIGGER duty_line_no_{verb} BEFORE {verb} ON duty_line
    BEGIN SELECT RAISE(ABORT, 'the book of duties is append-only'); END"""
        for verb in ("update", "delete")
    ],
    "postgresql": [
        """CREATE FUNCTION book_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the book of duties is append-only'; END $$""",
        """CREATE TRIGGER duty_line_append_only BEFORE UPDATE OR DELETE ON duty_line
        FOR EACH ROW EXECUTE FUNCTION book_is_append_only()""",
        """CREATE TRIGGER duty_line_not_emptied BEFORE TRUNCATE ON duty_line
        FOR EACH STATEMENT EXECUTE FUNCTION book_is_append_only()""",
    ],
}


def upgrade() -> None:
    """Nothing stands in the book yet."""
    op.create_table(
        "duty_line",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("seq", sa.Integer(), nullable=False, unique=True),
        sa.Column("duty", sa.String(80), nullable=False),
        sa.Column("of", sa.String(120), nullable=False),
        sa.Column("kind", one_of("line_kind", *KINDS), nullable=False),
        sa.Column("was_due", sa.Date(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("with_whom", sa.String(200), nullable=False),
        sa.Column("result", sa.String(80), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("next_due", sa.Date(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name="fk_duty_line_by_id"),
    )
    op.create_index("ix_duty_line_duty", "duty_line", ["duty", "seq"])
    op.create_table(
        "duty_state",
        sa.Column("duty", sa.String(80), nullable=False),
        sa.Column("of", sa.String(120), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("result", sa.String(80), nullable=False),
        sa.Column("was_due", sa.Date(), nullable=True),
        sa.Column("given_to_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("not_here_until", sa.Date(), nullable=True),
        sa.Column("switched_on", sa.Boolean(), nullable=False),
        sa.Column("climbed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("duty", "of", name="pk_duty_state"),
        *(
            sa.ForeignKeyConstraint([name], ["staff_member.id"], name=f"fk_duty_state_{name}")
            for name in PEOPLE
        ),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
