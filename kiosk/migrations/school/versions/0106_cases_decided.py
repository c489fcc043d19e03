"""cases that are decided: hand-overs, answers of colleagues, duty at night, and the figures of a term for governors"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from kiosk.migrations.columns import one_of
from kiosk.migrations.school.baseline.cases import ACTS, APPEND_ONLY

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

NEW_ACTS = ("spoke", "passed_address", "word_back")
WHOLE = ("days", "days_two", "days_one", "days_tested")


def upgrade() -> None:
    """Nobody has said anything of it yet; cases that began before are counted in no term."""
    op.add_column("staff_member", sa.Column("mobile", sa.String(20), nullable=True))
    op.add_column("passed_word", sa.Column("leaves_at", sa.DateTime(), nullable=True))
    op.add_column(
        "passed_word", sa.Column("answer_key", sa.LargeBinary(32), nullable=False, server_default="")
    )
    op.add_column("passed_word", sa.Column("answer", sa.LargeBinary(), nullable=False, server_default=""))
    op.add_column("incident", sa.Column("counts_as", sa.String(20), nullable=True))
    with _check_made_anew(
        "proposal", "proposal_kind", "kind", ("role", "key", "sheets", "handover")
    ) as batch:
        batch.add_column(sa.Column("day", sa.Date(), nullable=True))
        batch.add_column(sa.Column("taken_on", sa.Date(), nullable=True))
    _allow_new_acts()
    op.create_table(
        "night_duty",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name="pk_night_duty"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_night_duty_staff_id"),
    )
    op.create_table(
        "term_figures",
        sa.Column("began", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("until", "fixed_on")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("step", "between", "online", "other")),
        sa.Column("in_time", one_of("share_in_time", "nearly_all", "most", "half_or_fewer"), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in WHOLE),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("began", name="pk_term_figures"),
    )


def _allow_new_acts() -> None:
    """On SQLite the log is made anew, and its triggers with it."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in ("update", "delete") if is_sqlite else ():
        op.execute(f"DROP TRIGGER incident_entry_no_{verb}")
    with _check_made_anew("incident_entry", "act", "act", (*ACTS, *NEW_ACTS)):
        pass
    for statement in APPEND_ONLY["sqlite"] if is_sqlite else ():
        op.execute(statement)


@contextmanager
def _check_made_anew(table: str, name: str, column: str, words: Sequence[str]) -> Iterator[BatchOperations]:
    """Another check of a column; on SQLite the table is made anew for it, with all its rows."""
    check = op.f(f"ck_{table}_{name}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(check, type_="check")
        batch.create_check_constraint(check, f"{column} IN (" + ", ".join(f"'{one}'" for one in words) + ")")
        yield batch
