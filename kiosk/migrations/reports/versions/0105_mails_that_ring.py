"""mails: each kind tells how fast, and those that ring are told from those that wait"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None

KINDS = ("news", "now", "again", "late", "change", "stop", "account", "machine", "well", "power")
# An alarm told of a change by a person far more often than of one by hand, and whatever was changed by hand stands on
# the pages of readers as well.
RENAMED = {"alert": "news", "alarm": "change"}


def upgrade() -> None:
    """What still waits is kept; the few rows are written again, as the check of the column is another."""
    columns = [
        sa.column("id", sa.Uuid()),
        sa.column("report_id", sa.Uuid()),
        sa.column("address"),
        sa.column("kind"),
    ]
    waiting = op.get_bind().execute(sa.select(*columns).select_from(sa.table("outbox_row"))).all()
    op.drop_index("ix_outbox_row_report_id", "outbox_row")
    op.drop_table("outbox_row")
    made = op.create_table(
        "outbox_row",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("kind", one_of("mail_kind", *KINDS), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_row_report_id", "outbox_row", ["report_id"])
    op.bulk_insert(
        made,
        [dict(row._mapping) | {"kind": RENAMED.get(row.kind, row.kind)} for row in waiting],
    )
