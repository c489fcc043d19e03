"""Classes and children: windows, lessons, questions, and decisions about the Code."""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of


def make_classes() -> None:
    """Classes, who teaches them, for a day too, and the windows in which a class works."""
    op.create_table(
        "class_group",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False, unique=True),
        sa.Column("year", sa.String(12), nullable=False),
        sa.Column("band", one_of("band", "ks1", "ks2", "ks3", "ks4"), nullable=False),
    )
    op.create_table(
        "class_teacher",
        sa.Column(
            "class_group_id", sa.Uuid(), sa.ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), primary_key=True),
    )
    op.create_table(
        "class_cover",
        sa.Column(
            "class_group_id", sa.Uuid(), sa.ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "class_window",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("class_group_id", sa.Uuid(), sa.ForeignKey("class_group.id"), nullable=False, unique=True),
        sa.Column("opened_by_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("code", sa.String(20), nullable=False, unique=True),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.Column("led", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.CheckConstraint("length(code) between 4 and 20", name="code_length"),
    )
    op.create_table(
        "class_code",
        sa.Column(
            "class_group_id", sa.Uuid(), sa.ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("code", sa.String(20), nullable=False, unique=True),
        sa.Column("day", sa.Date(), nullable=False),
    )


def make_pupils() -> None:
    """Children, and their wrong tries in a window."""
    op.create_table(
        "pupil",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("class_group_id", sa.Uuid(), sa.ForeignKey("class_group.id"), nullable=False),
        sa.Column("first_name", sa.String(60), nullable=False),
        sa.Column("picture", sa.String(20), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(128), nullable=True),
        sa.Column("roster_digest", sa.LargeBinary(32), nullable=True, unique=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("adjustments", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.UniqueConstraint("class_group_id", "first_name"),
    )
    op.create_index("ix_pupil_class_group_id", "pupil", ["class_group_id"])
    op.create_table(
        "window_try",
        sa.Column(
            "window_id", sa.Uuid(), sa.ForeignKey("class_window.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("pupil_id", sa.Uuid(), sa.ForeignKey("pupil.id"), primary_key=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.DateTime(), nullable=True),
    )


def make_lessons() -> None:
    """Lessons that are set, done, taught and planned."""
    op.create_table(
        "lesson_set",
        sa.Column(
            "class_group_id", sa.Uuid(), sa.ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("lesson_id", sa.String(80), primary_key=True),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("for_everybody", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.create_table(
        "lesson_set_pupil",
        sa.Column("class_group_id", sa.Uuid(), primary_key=True),
        sa.Column("lesson_id", sa.String(80), primary_key=True),
        sa.Column("pupil_id", sa.Uuid(), sa.ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_group_id", "lesson_id"],
            ["lesson_set.class_group_id", "lesson_set.lesson_id"],
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "lesson_progress",
        sa.Column("pupil_id", sa.Uuid(), sa.ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("lesson_id", sa.String(80), primary_key=True),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("furthest_screen", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("completed_by_word", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "lesson_taught",
        sa.Column(
            "class_group_id",
            sa.Uuid(),
            sa.ForeignKey("class_group.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("lesson_id", sa.String(80), primary_key=True),
        sa.Column("taught_on", sa.Date(), primary_key=True),
        sa.Column(
            "signed_by_id",
            sa.Uuid(),
            sa.ForeignKey("staff_member.id"),
            nullable=True,
        ),
    )
    op.create_table(
        "lesson_presence",
        sa.Column(
            "pupil_id",
            sa.Uuid(),
            sa.ForeignKey("pupil.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("lesson_id", sa.String(80), primary_key=True),
        sa.Column("present_on", sa.Date(), primary_key=True),
        sa.Column("was_there", sa.Boolean(), nullable=False),
        sa.Column("had_tablet", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "programme_lesson",
        sa.Column("year", sa.String(12), primary_key=True),
        sa.Column("lesson_id", sa.String(80), primary_key=True),
        sa.Column("term", sa.Integer(), nullable=False),
    )


def make_questions() -> None:
    """Which questions a child has met, and how often a class gave each answer; never who gave which."""
    op.create_table(
        "question_met",
        sa.Column("pupil_id", sa.Uuid(), sa.ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("quiz_id", sa.String(80), primary_key=True),
        sa.Column("question_id", sa.String(20), primary_key=True),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("needs_help", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "answer_tally",
        sa.Column(
            "class_group_id", sa.Uuid(), sa.ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("quiz_id", sa.String(80), primary_key=True),
        sa.Column("version", sa.String(16), primary_key=True),
        sa.Column("question_id", sa.String(20), primary_key=True),
        sa.Column("option_id", sa.String(40), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )


def make_code() -> None:
    """Decisions about the Code, who has seen it, what staff acknowledged, and posters on walls. Days only."""
    op.create_table(
        "sign_off",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("pupil_id", sa.Uuid(), sa.ForeignKey("pupil.id", ondelete="CASCADE"), nullable=True),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=True),
        sa.Column("code_id", sa.String(20), nullable=False),
        sa.Column("code_version", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(16), nullable=False),
        sa.Column("lang", sa.String(20), nullable=False),
        sa.Column("mode", one_of("mode", "mark", "key", "password"), nullable=False),
        sa.Column("decision", one_of("decision", "agree", "question", "not_yet"), nullable=False),
        sa.Column("witness_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.UniqueConstraint("pupil_id", "code_id", "decided_on"),
        sa.UniqueConstraint("staff_id", "code_id", "decided_on"),
    )
    op.create_index("ix_sign_off_pupil_id", "sign_off", ["pupil_id"])
    op.create_index("ix_sign_off_staff_id", "sign_off", ["staff_id"])
    op.create_table(
        "code_seen",
        sa.Column("pupil_id", sa.Uuid(), sa.ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("code_id", sa.String(20), primary_key=True),
        sa.Column("code_version", sa.Integer(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
    )
    op.create_table(
        "staff_told",
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), primary_key=True),
        sa.Column("what", one_of("staff_topic", "monitoring", "code", "telling"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("told_on", sa.Date(), primary_key=True),
    )
    op.create_table(
        "poster_up",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", one_of("poster_kind", "poster", "cards"), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("lang", sa.String(20), nullable=False),
        sa.Column("mark", sa.String(20), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("up_on", sa.Date(), nullable=False),
    )
