"""tries of known browsers, counted apart from those of strangers"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Wrong passwords and codes from browsers in which somebody has signed in before."""
    op.create_table(
        "browser_tries",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("browser", sa.LargeBinary(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_browser_tries_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "browser", name=op.f("pk_browser_tries")),
    )
