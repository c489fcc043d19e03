"""an index by which the register finds the cases about a grown-up at school without reading all others"""

import sqlalchemy as sa
from alembic import op

revision = "0125"
down_revision = "0124"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No row changes."""
    about_staff = sa.text("route IN ('adult', 'head')")
    op.create_index(
        "ix_incident_about_staff",
        "incident",
        ["report_id"],
        sqlite_where=about_staff,
        postgresql_where=about_staff,
    )
