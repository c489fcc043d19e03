"""cases that are decided: hand-overs, answers of colleagues, duty at night, and the figures of a term for governors"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of
from kiosk.migrations.school.baseline.cases import ACTS, APPEND_ONLY

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None

NEW_ACTS = ("spoke", "passed_address", "word_back")
ROLES = ("teacher", "coordinator", "dsl", "principal", "chair", "network")
WHOLE = ("days", "days_two", "days_one", "days_tested")
# What the tables of proposals held until now.
PROPOSALS: dict[str, tuple[tuple[str, sa.types.TypeEngine[Any]], ...]] = {
    "proposal": (
        *((name, sa.Uuid()) for name in ("id", "gains_id", "loses_id", "asked_by_id")),
        *((name, sa.String()) for name in ("kind", "role", "why", "change")),
        *((name, sa.Date()) for name in ("asked_on", "until")),
        ("deputy", sa.Boolean()),
    ),
    "proposal_voice": (
        *((name, sa.Uuid()) for name in ("proposal_id", "staff_id")),
        ("signature", sa.LargeBinary()),
        ("day", sa.Date()),
    ),
}


def upgrade() -> None:
    """Nobody has said anything of it yet; cases that began before are counted in no term."""
    op.add_column("staff_member", sa.Column("mobile", sa.String(20), nullable=True))
    op.add_column("passed_word", sa.Column("leaves_at", sa.DateTime(), nullable=True))
    op.add_column(
        "passed_word", sa.Column("answer_key", sa.LargeBinary(32), nullable=False, server_default="")
    )
    op.add_column("passed_word", sa.Column("answer", sa.LargeBinary(), nullable=False, server_default=""))
    op.add_column("incident", sa.Column("counts_as", sa.String(20), nullable=True))
    _allow_new_acts()
    _make_proposals_anew()
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
    check = op.f("ck_incident_entry_act")
    allowed = "act IN (" + ", ".join(f"'{act}'" for act in (*ACTS, *NEW_ACTS)) + ")"
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


def _make_proposals_anew() -> None:
    """The few rows are written again, as the check of the kind is another."""
    kept = {name: _rows_of(name, columns) for name, columns in PROPOSALS.items()}
    op.drop_table("proposal_voice")
    op.drop_table("proposal")
    staff = [sa.ForeignKey("staff_member.id") for _ in range(4)]
    proposals = op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", one_of("proposal_kind", "role", "key", "sheets", "handover"), nullable=False),
        sa.Column("gains_id", sa.Uuid(), staff[0], nullable=True),
        sa.Column("loses_id", sa.Uuid(), staff[1], nullable=True),
        sa.Column("role", one_of("role", *ROLES), nullable=True),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), staff[2], nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
    )
    proposal = sa.ForeignKey("proposal.id", ondelete="CASCADE")
    voices = op.create_table(
        "proposal_voice",
        sa.Column("proposal_id", sa.Uuid(), proposal, primary_key=True),
        sa.Column("staff_id", sa.Uuid(), staff[3], primary_key=True),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
    )
    op.bulk_insert(proposals, kept["proposal"])
    op.bulk_insert(voices, kept["proposal_voice"])


def _rows_of(table: str, columns: tuple[tuple[str, sa.types.TypeEngine[Any]], ...]) -> list[dict[str, Any]]:
    found = sa.select(*(sa.column(name, kind) for name, kind in columns)).select_from(sa.table(table))
    return [dict(row._mapping) for row in op.get_bind().execute(found)]
