"""colleagues: what they answer, an address that leaves with the day's others, and a talk with who wrote a case"""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.school.baseline.cases import ACTS, APPEND_ONLY

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

NEW = ("spoke", "passed_address", "word_back")


def upgrade() -> None:
    """What was passed on before has no answer; on SQLite the log is made anew, and its triggers with it."""
    op.add_column("passed_word", sa.Column("leaves_at", sa.DateTime(), nullable=True))
    op.add_column(
        "passed_word", sa.Column("answer_key", sa.LargeBinary(32), nullable=False, server_default="")
    )
    op.add_column("passed_word", sa.Column("answer", sa.LargeBinary(), nullable=False, server_default=""))
    check = op.f("ck_incident_entry_act")
    allowed = "act IN (" + ", ".join(f"'{act}'" for act in (*ACTS, *NEW)) + ")"
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER incident_entry_no_{verb}")
        with op.batch_alter_table("incident_entry", recreate="always") as batch:
            batch.drop_constraint(check, type_="check")
            batch.create_check_constraint(check, allowed)
        for statement in APPEND_ONLY["sqlite"]:
            op.execute(statement)
    else:
        op.drop_constraint(check, "incident_entry", type_="check")
        op.create_check_constraint(check, "incident_entry", allowed)
