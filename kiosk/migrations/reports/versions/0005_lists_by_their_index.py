"""lists by their index"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEX = "ix_report_state"


def upgrade() -> None:
    """What a list shows of a report stands in the index, so that no envelope is read for it."""
    op.drop_index(op.f(INDEX), "report")
    op.create_index(op.f(INDEX), "report", ["state", "day", "slot", "route", "urgent", "altered"])
