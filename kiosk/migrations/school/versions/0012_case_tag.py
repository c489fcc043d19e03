"""which of the four kinds of risk an incident is about"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TAGS = ("content", "contact", "conduct", "commerce")


def upgrade() -> None:
    """The tags of incidents, in clear, as they are counted."""
    op.create_table(
        "case_tag",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column(
            "tag",
            sa.Enum(*TAGS, name="risk_tag", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_case_tag_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "tag", name=op.f("pk_case_tag")),
    )
