"""what was handed to the child protection file, and what a person keeps for later"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The sealed copy of each hand-over, and drafts that hang on the key of their writer."""
    op.create_table(
        "filed_copy",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["incident_entry.id"], name=op.f("fk_filed_copy_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_filed_copy")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["reader_key.staff_id"], name=op.f("fk_draft_staff_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_draft_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("incident_id", "staff_id", "form", name=op.f("uq_draft_incident_id")),
    )
