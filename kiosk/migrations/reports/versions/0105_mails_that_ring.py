"""mails: each kind tells how fast, and those that ring are told from those that wait"""

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None

KINDS = ("news", "now", "again", "late", "change", "stop", "account", "machine", "well", "power")
# An alarm told of a change by a person far more often than of one by hand, and whatever was changed by hand stands on
# the pages of readers as well.
RENAMED = {"alert": "news", "alarm": "change"}
MAILS = sa.table("outbox_row", sa.column("kind"))


def upgrade() -> None:
    """What still waits is kept."""
    check = op.f("ck_outbox_row_mail_kind")
    allowed = "kind IN (" + ", ".join(f"'{kind}'" for kind in KINDS) + ")"
    with op.batch_alter_table("outbox_row", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.drop_constraint(check, type_="check")
    for old, new in RENAMED.items():
        op.execute(sa.update(MAILS).where(MAILS.c.kind == old).values(kind=new))
    with op.batch_alter_table("outbox_row", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.create_check_constraint(check, allowed)
