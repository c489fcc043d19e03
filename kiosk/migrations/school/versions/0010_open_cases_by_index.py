"""open cases by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is closed by its row and by its log can be compared in one go, however much it is."""
    op.create_index(op.f("ix_incident_closed_at"), "incident", ["closed_at", "number"])
    closed = sa.text("closed_at IS NOT NULL")
    op.create_index(
        op.f("ix_incident_closed"), "incident", ["id"], sqlite_where=closed, postgresql_where=closed
    )
    op.create_index(op.f("ix_incident_entry_act"), "incident_entry", ["act", "incident_id"])
