"""drop what readers signed after a backup was restored: two recovery sheets sign that now (ADR 18)"""

from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is lost: it said which lists were lost, and no key asks for it any more."""
    op.drop_table("list_put_back")
