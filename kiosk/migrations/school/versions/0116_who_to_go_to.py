"""how to reach whoever holds a role; terms and age limit of social media that the leadership team is asked for"""

import sqlalchemy as sa
from alembic import op

revision = "0116"
down_revision = "0115"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has said how to reach them, and nobody was asked for terms and age limits."""
    with op.batch_alter_table("staff_member") as staff:
        staff.add_column(sa.Column("reach", sa.String(200), nullable=False, server_default=""))
    with op.batch_alter_table("consent") as consent:
        consent.add_column(sa.Column("terms", sa.String(1000), nullable=False, server_default=""))
        consent.add_column(sa.Column("age_limit", sa.String(200), nullable=False, server_default=""))
