"""keys of readers"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLES = ("teacher", "coordinator", "dsl", "principal", "chair", "network")


def one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    """A column that takes one of these values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """keys of readers."""
    op.create_table(
        "reader_key",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("verify_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wrapped_seed", sa.LargeBinary(length=200), nullable=False),
        sa.Column("pin", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_reader_key_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_reader_key")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", one_of("proposal_kind", ("role", "key", "sheets")), nullable=False),
        sa.Column("gains_id", sa.Uuid(), nullable=True),
        sa.Column("loses_id", sa.Uuid(), nullable=True),
        sa.Column("role", one_of("role", ROLES), nullable=True),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["gains_id"], ["staff_member.id"], name=op.f("fk_proposal_gains_id")),
        sa.ForeignKeyConstraint(["loses_id"], ["staff_member.id"], name=op.f("fk_proposal_loses_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff_member.id"], name=op.f("fk_proposal_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_table(
        "proposal_voice",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_voice_proposal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_proposal_voice_staff_id")),
        sa.PrimaryKeyConstraint("proposal_id", "staff_id", name=op.f("pk_proposal_voice")),
    )
