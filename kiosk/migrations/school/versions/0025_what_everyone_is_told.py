"""what everyone is told: who has seen their Code, what staff acknowledged, posters on walls"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TOLD = ("monitoring", "code", "telling")
KINDS = ("poster", "cards")


def upgrade() -> None:
    """Days only; nothing is kept of which child saw the notice about monitoring."""
    op.create_table(
        "code_seen",
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.String(length=20), nullable=False),
        sa.Column("code_version", sa.Integer(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_code_seen_pupil_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pupil_id", "code_id", name=op.f("pk_code_seen")),
    )
    op.create_table(
        "staff_told",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("what", _one_of("told", TOLD), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_staff_told_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "what", "version", "told_on", name=op.f("pk_staff_told")),
    )
    op.create_table(
        "poster_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _one_of("poster_kind", KINDS), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("up_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_poster_up_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poster_up")),
    )


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
