"""indexes for what is asked each minute and on each page of the queue, so that cases of years do not slow it"""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No row changes."""
    op.drop_index("ix_incident_entry_act", "incident_entry")
    op.create_index("ix_incident_entry_act", "incident_entry", ["act", "incident_id", "seq"])
    op.create_index("ix_incident_opened_at", "incident", ["opened_at", "number"])
    answered = sa.text("length(answer) > 0")
    op.create_index(
        "ix_passed_word_answered", "passed_word", ["id"], sqlite_where=answered, postgresql_where=answered
    )
