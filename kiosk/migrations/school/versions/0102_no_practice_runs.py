"""drop how soon practice reports were seen: tests by lot have taken their place (promise S8)"""

from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A practice report that became a case stays in the register; its kind is not known any more."""
    op.drop_table("practice_run")
