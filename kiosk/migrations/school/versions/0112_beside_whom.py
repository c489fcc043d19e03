"""beside whom a child worked on one tablet, for the adult who signs for who was there"""

import sqlalchemy as sa
from alembic import op

revision = "0112"
down_revision = "0111"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has been named by another child yet."""
    with op.batch_alter_table("lesson_presence") as presence:
        presence.add_column(sa.Column("beside_id", sa.Uuid(), nullable=True))
        presence.create_foreign_key(
            "fk_lesson_presence_beside_id", "pupil", ["beside_id"], ["id"], ondelete="SET NULL"
        )
