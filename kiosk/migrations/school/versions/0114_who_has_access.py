"""who has access: pauses of it, the roles of the office and of data protection, and addresses that two people allow"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of
from kiosk.migrations.school.baseline.people import ROLES

revision = "0114"
down_revision = "0113"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody holds the new roles, and nobody's access is paused."""
    for table, name, column, words in (
        ("role_holder", "role", "role", (*ROLES, "office", "data")),
        ("proposal", "role", "role", (*ROLES, "office", "data")),
        ("consent", "consent_kind", "kind", ("filter", "social", "technology", "address")),
    ):
        check = op.f(f"ck_{table}_{name}")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(check, type_="check")
            listed = ", ".join(f"'{one}'" for one in words)
            batch.create_check_constraint(check, f"{column} IN ({listed})")
    op.create_table(
        "access_line",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("pupil_id", sa.Uuid(), sa.ForeignKey("pupil.id", ondelete="CASCADE"), nullable=True),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act", one_of("access_act", "paused", "kept", "returned", "done"), nullable=False),
        sa.Column("paused", one_of("paused", "sign_in", "internet", "device"), nullable=True),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("to_set", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.UniqueConstraint("pupil_id", "seq"),
        sa.UniqueConstraint("staff_id", "seq"),
        sa.CheckConstraint("(pupil_id IS NULL) <> (staff_id IS NULL)", name="one_person"),
    )
