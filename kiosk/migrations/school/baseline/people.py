"""Staff and what lets them in: roles, keys of readers, proposals, the log of powers."""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

ROLES = ("teacher", "coordinator", "dsl", "principal", "chair", "network")
# Lines of the log are added, never changed or removed (promise Q2).
APPEND_ONLY = {
    "sqlite": [
        f"""CREATE TRIGGER log_entry_no_{verb} BEFORE {verb} ON log_entry
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"""
        for verb in ("update", "delete")
    ],
    "postgresql": [
        """CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$""",
        """CREATE TRIGGER log_entry_append_only BEFORE UPDATE OR DELETE ON log_entry
        FOR EACH ROW EXECUTE FUNCTION log_is_append_only()""",
        """CREATE TRIGGER log_entry_not_emptied BEFORE TRUNCATE ON log_entry
        FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()""",
    ],
}


def make_staff() -> None:
    """Staff, the roles they hold, wrong tries of signing in, and links that wait for a second person."""
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("teaches", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.LargeBinary(128), nullable=True),
        sa.Column("sealed_phone", sa.LargeBinary(120), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("invitation_digest", sa.LargeBinary(32), nullable=True, unique=True),
        sa.Column("invitation_ends_at", sa.DateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.DateTime(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("frozen_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "role_holder",
        sa.Column("role", one_of("role", *ROLES), primary_key=True),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), primary_key=True),
    )
    op.create_table(
        "browser_tries",
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), primary_key=True),
        sa.Column("browser", sa.LargeBinary(16), primary_key=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.DateTime(), nullable=True),
    )
    op.create_table(
        "link_request",
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), primary_key=True),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
    )


def make_log() -> None:
    """The log of powers, append-only, and the fingerprint of the site key."""
    op.create_table(
        "log_entry",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("ix_log_entry_about_id", "log_entry", ["about_id"])
    op.create_index("ix_log_entry_act", "log_entry", ["act"])
    op.create_index("ix_log_entry_by_id", "log_entry", ["by_id"])
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "site_key_mark",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
    )


def make_readers() -> None:
    """Keys of those who read reports, proposals with their approvals, and words to a colleague."""
    op.create_table(
        "reader_key",
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), primary_key=True),
        sa.Column("public_key", sa.LargeBinary(32), nullable=False),
        sa.Column("verify_key", sa.LargeBinary(32), nullable=False),
        sa.Column("wrapped_seed", sa.LargeBinary(200), nullable=False),
        sa.Column("pin", sa.LargeBinary(), nullable=True),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", one_of("proposal_kind", "role", "key", "sheets"), nullable=False),
        sa.Column("gains_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=True),
        sa.Column("loses_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=True),
        sa.Column("role", one_of("role", *ROLES), nullable=True),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
    )
    op.create_table(
        "proposal_voice",
        sa.Column(
            "proposal_id", sa.Uuid(), sa.ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), primary_key=True),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
    )
    op.create_table(
        "passed_word",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("by_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("to_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.LargeBinary(32), nullable=False, server_default=""),
    )
    op.create_index("ix_passed_word_to_id", "passed_word", ["to_id"])
