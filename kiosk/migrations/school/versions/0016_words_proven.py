"""whether words to a colleague are those that a reader wrote"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What only this school can make of words to a colleague; rows from before have none, and are told anew."""
    op.add_column(
        "passed_word", sa.Column("proof", sa.LargeBinary(length=32), nullable=False, server_default="")
    )
