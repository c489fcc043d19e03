"""Cases and oversight: what was done about each report, and what the school learns from it."""

import sqlalchemy as sa
from alembic import op

from kiosk.migrations.columns import one_of

OUTCOMES = ("resolved", "support", "referred", "no_action", "not_serious")
ACTS = (
    *("opened", "read", "did", "assigned", "level", "parents", "referred", "stepped_aside", "replied"),
    *("closed", "reopened", "support", "witness", "not_referred", "provider", "device", "discipline"),
    *("complaint", "rang", "ticked", "planned", "handed_over", "close_asked", "not_yet", "tagged", "linked"),
    *("task_set", "task_done", "passed_word", "answered", "filed", "taken_back", "belongs", "parted"),
)
CLOSED = sa.text("closed_at IS NOT NULL")
# Lines of a case's log are added, never changed or removed (promise Q1).
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


def make_cases() -> None:
    """Cases with their append-only log, and what is planned, tagged and asked for in them."""
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False, unique=True),
        sa.Column("report_id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("route", sa.String(20), nullable=False),
        sa.Column("level", one_of("level", "urgent", "soon", "routine"), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("next_step_by", sa.DateTime(), nullable=False),
        sa.Column("outcome", one_of("case_outcome", *OUTCOMES), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(closed_at is null) = (outcome is null)", name="closed_with_outcome"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )
    op.create_index("ix_incident_closed", "incident", ["id"], sqlite_where=CLOSED, postgresql_where=CLOSED)
    op.create_index("ix_incident_closed_at", "incident", ["closed_at", "number"])
    op.create_table(
        "incident_entry",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("act", one_of("act", *ACTS), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("incident_id", "seq"),
    )
    op.create_index("ix_incident_entry_act", "incident_entry", ["act", "incident_id"])
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "case_tag",
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("tag", one_of("risk_tag", "content", "contact", "conduct", "commerce"), primary_key=True),
    )
    op.create_table(
        "case_task",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
    )
    op.create_index("ix_case_task_incident_id", "case_task", ["incident_id"])
    op.create_table(
        "planned_change",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("what", sa.String(400), nullable=False),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("lesson_id", sa.String(80), nullable=True),
    )
    op.create_index("ix_planned_change_incident_id", "planned_change", ["incident_id"])


def make_file() -> None:
    """What was handed to the child protection file, clocks of complaints, and sealed drafts."""
    op.create_table(
        "filed_copy",
        sa.Column("entry_id", sa.Uuid(), sa.ForeignKey("incident_entry.id"), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "complaint_clock",
        sa.Column("entry_id", sa.Uuid(), sa.ForeignKey("incident_entry.id"), primary_key=True),
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
    )
    op.create_index("ix_complaint_clock_incident_id", "complaint_clock", ["incident_id"])
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "staff_id", sa.Uuid(), sa.ForeignKey("reader_key.staff_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("incident_id", sa.Uuid(), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("incident_id", "staff_id", "form"),
    )


def make_oversight() -> None:
    """Practice reports, decisions of two of the leadership team, and what the school did about what it heard."""
    op.create_table(
        "practice_run",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("in_school_time", sa.Boolean(), nullable=False),
        sa.Column("goal_minutes", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True, unique=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("started_by_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("changed", sa.String(400), nullable=False),
        sa.CheckConstraint("goal_minutes > 0", name="goal_positive"),
        sa.CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        sa.CheckConstraint("(minutes is null) = (started_at is not null)", name="seen_or_waits"),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", one_of("consent_kind", "filter", "social", "technology"), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("why", sa.String(1000), nullable=False),
        sa.Column("years", sa.String(200), nullable=False),
        sa.Column("risks", sa.String(2000), nullable=False),
        sa.Column("care", sa.String(2000), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("holds_until", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            one_of("consent_state", "waiting", "agreed", "refused", "taken_back", "ended"),
            nullable=False,
        ),
    )
    op.create_table(
        "consent_step",
        sa.Column("consent_id", sa.Uuid(), sa.ForeignKey("consent.id"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
        sa.Column(
            "act", one_of("consent_act", "agreed", "refused", "taken_back", "kept", "ended"), nullable=False
        ),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
    )
    op.create_table(
        "you_said",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("bands", sa.String(200), nullable=False),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("said", sa.String(400), nullable=False),
        sa.Column("did", sa.String(400), nullable=False),
        sa.Column("shown_from", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_member.id"), nullable=False),
    )
