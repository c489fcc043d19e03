"""the filter desk: addresses, tickets and looks; no address waits for one colleague any more"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

revision = "0115"
down_revision = "0114"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is at the desk yet; an address that was on its way to a colleague arrives now."""
    with op.batch_alter_table("passed_word") as passed_word:
        passed_word.drop_column("leaves_at")
    op.create_table(
        "filter_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("asks", one_of("filter_ask", "block", "allow", "category"), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("needed_on", sa.Date(), nullable=True),
        sa.Column("classes", sa.String(200), nullable=False),
        sa.Column("why", sa.String(1000), nullable=False),
        sa.Column("risks", sa.String(2000), nullable=False),
        sa.Column("opens", sa.String(400), nullable=False),
        sa.Column("decision", one_of("filter_decision", "block", "allow", "no_change", "law"), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("whom", sa.String(200), nullable=False),
        sa.Column(
            "reason",
            one_of("filter_reason", "content", "contact", "money", "bypass", "lesson", "mistake"),
            nullable=True,
        ),
        sa.Column("because", sa.String(1000), nullable=False),
        sa.Column("leaves_at", sa.DateTime(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_filter_address"),
        *(
            sa.ForeignKeyConstraint([name], ["staff_member.id"], name=f"fk_filter_address_{name}")
            for name in ("asked_by_id", "decided_by_id", "to_id")
        ),
    )
    op.create_index("ix_filter_address_leaves_at", "filter_address", ["leaves_at"])
    op.create_index("ix_filter_address_left_on", "filter_address", ["left_on"])
    op.create_table(
        "filter_look",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("spot", sa.String(40), nullable=False),
        sa.Column("people", sa.String(20), nullable=False),
        sa.Column(
            "result", one_of("look", "holds", "lets_through", "blocks_too_much", "could_not"), nullable=False
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("address_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filter_look"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_filter_look_staff_id"),
        sa.ForeignKeyConstraint(["address_id"], ["filter_address.id"], name="fk_filter_look_address_id"),
    )
    op.create_index("ix_filter_look_address_id", "filter_look", ["address_id"])
    op.create_table(
        "filter_unused",
        sa.Column("spot", sa.String(40), nullable=False),
        sa.Column("people", sa.String(20), nullable=False),
        sa.Column("why", sa.String(400), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("spot", "people", name="pk_filter_unused"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_filter_unused_staff_id"),
        sa.ForeignKeyConstraint(["second_id"], ["staff_member.id"], name="fk_filter_unused_second_id"),
    )
