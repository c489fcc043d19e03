"""who came into a led lesson, whose hand is up, who left, and who works on whose tablet"""

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lessons that are led go on; everybody in them is here, with a tablet of their own."""
    with op.batch_alter_table("class_seat") as seat:
        seat.add_column(sa.Column("hand", sa.Boolean(), nullable=False, server_default=sa.false()))
        seat.add_column(sa.Column("left", sa.Boolean(), nullable=False, server_default=sa.false()))
        seat.add_column(sa.Column("beside_id", sa.Uuid(), nullable=True))
        seat.drop_column("done")
    with op.batch_alter_table("class_seat") as seat:
        seat.alter_column("hand", server_default=None)
        seat.alter_column("left", server_default=None)
