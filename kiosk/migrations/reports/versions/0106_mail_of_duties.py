"""mails: one kind more, that something in the book of duties is late"""

from alembic import op

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

KINDS = ("news", "now", "again", "late", "change", "stop", "account", "machine", "well", "power", "duty")


def upgrade() -> None:
    """What still waits is kept."""
    check = op.f("ck_outbox_row_mail_kind")
    allowed = "kind IN (" + ", ".join(f"'{kind}'" for kind in KINDS) + ")"
    with op.batch_alter_table("outbox_row", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.drop_constraint(check, type_="check")
    with op.batch_alter_table("outbox_row", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.create_check_constraint(check, allowed)
