"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def one_of(name: str, *values: str) -> sa.Enum:
    """A column of one of these words, which the database checks."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """first tables."""
    op.create_table(
        "class_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("year", sa.String(length=12), nullable=False),
        sa.Column("band", one_of("band", "ks1", "ks2", "ks3", "ks4"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_group")),
        sa.UniqueConstraint("name", name=op.f("uq_class_group_name")),
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("teaches", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.LargeBinary(length=128), nullable=True),
        sa.Column("sealed_phone", sa.LargeBinary(length=120), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("invitation_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("invitation_ends_at", sa.DateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.DateTime(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("frozen_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_member_email")),
        sa.UniqueConstraint("invitation_digest", name=op.f("uq_staff_member_invitation_digest")),
    )
    op.create_table(
        "answer_tally",
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("question_id", sa.String(length=20), nullable=False),
        sa.Column("option_id", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_group_id"],
            ["class_group.id"],
            name=op.f("fk_answer_tally_class_group_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "class_group_id", "quiz_id", "version", "question_id", "option_id", name=op.f("pk_answer_tally")
        ),
    )
    op.create_table(
        "class_teacher",
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_group_id"],
            ["class_group.id"],
            name=op.f("fk_class_teacher_class_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_class_teacher_staff_id")),
        sa.PrimaryKeyConstraint("class_group_id", "staff_id", name=op.f("pk_class_teacher")),
    )
    op.create_table(
        "class_window",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("length(code) between 4 and 20", name=op.f("ck_class_window_code_length")),
        sa.ForeignKeyConstraint(
            ["class_group_id"], ["class_group.id"], name=op.f("fk_class_window_class_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["staff_member.id"], name=op.f("fk_class_window_opened_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_window")),
        sa.UniqueConstraint("class_group_id", name=op.f("uq_class_window_class_group_id")),
        sa.UniqueConstraint("code", name=op.f("uq_class_window_code")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("level", one_of("level", "urgent", "soon", "routine"), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("next_step_by", sa.DateTime(), nullable=False),
        sa.Column(
            "outcome",
            one_of("case_outcome", "resolved", "support", "referred", "no_action", "not_serious"),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(closed_at is null) = (outcome is null)", name=op.f("ck_incident_closed_with_outcome")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_incident_number_positive")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_member.id"], name=op.f("fk_incident_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("number", name=op.f("uq_incident_number")),
        sa.UniqueConstraint("report_id", name=op.f("uq_incident_report_id")),
    )
    op.create_table(
        "lesson_set",
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(length=80), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_group_id"],
            ["class_group.id"],
            name=op.f("fk_lesson_set_class_group_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("class_group_id", "lesson_id", name=op.f("pk_lesson_set")),
    )
    op.create_table(
        "pupil",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_group_id", sa.Uuid(), nullable=False),
        sa.Column("first_name", sa.String(length=60), nullable=False),
        sa.Column("picture", sa.String(length=20), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=128), nullable=True),
        sa.Column("roster_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["class_group_id"], ["class_group.id"], name=op.f("fk_pupil_class_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil")),
        sa.UniqueConstraint("class_group_id", "first_name", name=op.f("uq_pupil_class_group_id")),
        sa.UniqueConstraint("roster_digest", name=op.f("uq_pupil_roster_digest")),
    )
    with op.batch_alter_table("pupil", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pupil_class_group_id"), ["class_group_id"], unique=False)

    op.create_table(
        "role_holder",
        sa.Column(
            "role",
            one_of("role", "teacher", "coordinator", "dsl", "principal", "chair", "network"),
            nullable=False,
        ),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_role_holder_staff_id")),
        sa.PrimaryKeyConstraint("role", "staff_id", name=op.f("pk_role_holder")),
    )
    op.create_table(
        "incident_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column(
            "act",
            one_of(
                "act",
                "opened",
                "read",
                "did",
                "assigned",
                "level",
                "parents",
                "referred",
                "stepped_aside",
                "replied",
                "closed",
                "reopened",
            ),
            nullable=False,
        ),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_entry_incident_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_incident_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_entry")),
        sa.UniqueConstraint("incident_id", "seq", name=op.f("uq_incident_entry_incident_id")),
    )
    op.create_table(
        "lesson_progress",
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("furthest_screen", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_lesson_progress_pupil_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pupil_id", "lesson_id", name=op.f("pk_lesson_progress")),
    )
    op.create_table(
        "question_met",
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.String(length=80), nullable=False),
        sa.Column("question_id", sa.String(length=20), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("needs_help", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_question_met_pupil_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pupil_id", "quiz_id", "question_id", name=op.f("pk_question_met")),
    )
    op.create_table(
        "sign_off",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("code_id", sa.String(length=20), nullable=False),
        sa.Column("code_version", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=16), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("mode", one_of("mode", "mark", "key", "password"), nullable=False),
        sa.Column("decision", one_of("decision", "agree", "question", "not_yet"), nullable=False),
        sa.Column("witness_id", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupil.id"], name=op.f("fk_sign_off_pupil_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_sign_off_staff_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["staff_member.id"], name=op.f("fk_sign_off_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
        sa.UniqueConstraint("pupil_id", "code_id", "decided_on", name=op.f("uq_sign_off_pupil_id")),
        sa.UniqueConstraint("staff_id", "code_id", "decided_on", name=op.f("uq_sign_off_staff_id")),
    )
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_off_pupil_id"), ["pupil_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_off_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "window_try",
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("pupil_id", sa.Uuid(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_window_try_pupil_id")),
        sa.ForeignKeyConstraint(
            ["window_id"], ["class_window.id"], name=op.f("fk_window_try_window_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("window_id", "pupil_id", name=op.f("pk_window_try")),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


# Lines of an incident's log are added, never changed or removed (promise Q1).
APPEND_ONLY = {
    "sqlite": [
        f"""CREATE TRIGGER incident_entry_no_{verb} BEFORE {verb} ON incident_entry
        BEGIN SELECT RAISE(ABORT, 'the incident log is append-only'); END"""
        for verb in ("update", "delete")
    ],
    "postgresql": [
        """CREATE FUNCTION incident_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the incident log is append-only'; END $$""",
        """CREATE TRIGGER incident_entry_append_only BEFORE UPDATE OR DELETE ON incident_entry
        FOR EACH ROW EXECUTE FUNCTION incident_log_is_append_only()""",
        """CREATE TRIGGER incident_entry_not_emptied BEFORE TRUNCATE ON incident_entry
        FOR EACH STATEMENT EXECUTE FUNCTION incident_log_is_append_only()""",
    ],
}
