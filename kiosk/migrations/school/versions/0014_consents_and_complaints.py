"""what two of the leadership team decided, and by when a complaint is answered"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATES = ("waiting", "agreed", "refused", "taken_back", "ended")
ACTS = ("agreed", "refused", "taken_back", "kept", "ended")


def upgrade() -> None:
    """What was asked of the leadership team with what each did about it, and the clock of a complaint."""
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _one_of("consent_kind", ("filter", "social", "technology")), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("years", sa.String(length=200), nullable=False),
        sa.Column("risks", sa.String(length=2000), nullable=False),
        sa.Column("care", sa.String(length=2000), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("holds_until", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("state", _one_of("consent_state", STATES), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff_member.id"], name=op.f("fk_consent_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_table(
        "consent_step",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("act", _one_of("consent_act", ACTS), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_consent_step_consent_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_consent_step_staff_id")),
        sa.PrimaryKeyConstraint("consent_id", "seq", name=op.f("pk_consent_step")),
    )
    op.create_table(
        "complaint_clock",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["incident_entry.id"], name=op.f("fk_complaint_clock_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_complaint_clock_incident_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_complaint_clock")),
    )
    op.create_index(op.f("ix_complaint_clock_incident_id"), "complaint_clock", ["incident_id"])


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
