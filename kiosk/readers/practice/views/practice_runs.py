"""The page of practice runs: how soon practice reports were seen, drawn and as a table, for governors."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.accounts.staff.people import present_staff
from kiosk.incidents.case.forms import GENERAL_LONGEST, LINE_LONGEST, Filled, Question, looked_mark, read_form
from kiosk.incidents.case.practice_times import (
    GOAL_MINUTES,
    last_runs,
    names_of_staff,
    run_of,
    waits_within_goal,
    write_about,
)
from kiosk.incidents.case.views.steps import fields_of
from kiosk.incidents.models import PracticeRun
from kiosk.readers.blueprint import bp
from kiosk.report.setup import is_published
from kiosk.roles import READING_ROLES, Role
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import NotFound
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import day_and_year

STARTERS = frozenset({Role.COORDINATOR, Role.DSL, Role.PRINCIPAL})
REASON = Question("reason", longest=LINE_LONGEST)
CHANGED = Question("changed", longest=GENERAL_LONGEST)
LABELS = {
    "reason": N_("Why it was not seen in time (you may leave this empty)"),
    "changed": N_("What we changed (you may leave this empty)"),
}
NO_NAMES = N_("Leave out names (%(names)s): governors read this, and it is about how the school works.")
HOUR = 60
# Left and right edge of the space for the sticks (one for each practice run), and the width of the drawing.
START, END, WIDTH = 84, 740, 760
SCALE = 150  # the height of the chart between zero minutes and the goal
LABEL_ROW, ABOVE_GOAL, UNDER = 20, 44, 52
REASON_LONGEST = 46


@bp.get("/practice")
@staff_required(*READING_ROLES)
def show_runs() -> ResponseReturnValue:
    """The chart and the table of the last practice runs, and the button that starts one."""
    site, me, now = current_site(), signed_in_staff(), now_utc()
    lines = last_runs(school(), site.calendar, now)
    goals = {line.goal_minutes for line in lines} or {GOAL_MINUTES}
    return render_template(
        "readers/practice/practice_runs.html",
        lines=lines,
        chart=chart_of(lines),
        goal=minutes_words(min(goals)) if len(goals) == 1 else "",
        half=minutes_words(min(goals) // 2) if len(goals) == 1 else "",
        in_time=sum(not line.missed for line in lines),
        since=day_and_year(lines[0].day) if lines else "",
        today=site.today(),
        may_start=bool(STARTERS & me.roles) and is_published(reports()),
        may_write=bool(STARTERS & me.roles),
        mine_waits=me.id in waits_within_goal(school(), site.calendar, now).values(),
        took=took_words,
        minutes=minutes_words,
        shortened=shortened,
        short_day=lambda day: format_date(day, "d MMM"),
    )


@bp.get("/practice/<uuid:run_id>")
@staff_required(*STARTERS)
def show_run(run_id: uuid.UUID) -> ResponseReturnValue:
    """The form for what there is to say about one practice run."""
    return _form(_run_or_404(run_id))


@bp.post("/practice/<uuid:run_id>")
@staff_required(*STARTERS)
def write_run(run_id: uuid.UUID) -> ResponseReturnValue:
    """Write why a practice run was missed and what changed since, once the writer has seen what may be a name."""
    line = _run_or_404(run_id, for_update=True)
    filled = read_form("run", _questions(line), request.form, {})
    if filled.errors:
        return _form(line, filled), 422
    looked = looked_mark(*filled.values.values())
    if request.form.get("looked") != looked:
        people = present_staff(school())
        for name, text in filled.values.items():
            if names := names_of_staff(text, people):
                filled.errors.add(name, NO_NAMES, names=", ".join(names))
        if filled.errors:
            return _form(line, filled, looked), 422
    write_about(line, filled.values.get("reason", ""), filled.values["changed"])
    school().commit()
    flash(_("Saved. It stands beside the practice report."))
    return redirect(url_for(".show_runs"), 303)


def minutes_words(minutes: int) -> str:
    """How long in words: '41 min', '1 hour', '3 h 10 min'."""
    hours, rest = divmod(minutes, HOUR)
    if hours == 0:
        return str(_("%(minutes)s min", minutes=rest))
    if rest == 0:
        return str(ngettext("%(num)s hour", "%(num)s hours", hours))
    return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=rest))


def took_words(line: PracticeRun) -> str:
    """How much school time passed before a practice report was seen, in words."""
    return str(_("Not opened yet")) if line.minutes is None else minutes_words(line.minutes)


def _run_or_404(run_id: uuid.UUID, for_update: bool = False) -> PracticeRun:
    found = run_of(school(), run_id, current_site().calendar, now_utc(), for_update)
    if found is None:
        raise NotFound
    return found


def _questions(line: PracticeRun) -> tuple[Question, ...]:
    return (REASON, CHANGED) if line.missed else (CHANGED,)


def _form(line: PracticeRun, filled: Filled | None = None, looked: str = "") -> str:
    starts = {"reason": line.reason, "changed": line.changed}
    return render_template(
        "readers/practice/practice_run.html",
        run=line,
        took=took_words(line),
        missed=line.missed,
        fields=list(fields_of("run", _questions(line), LABELS, {}, filled, starts)),
        errors=filled.errors.summary() if filled else [],
        looked=looked,
    )


@dataclass(frozen=True)
class Stick:
    """One practice run: seen in time, a stick with a head; missed, a broken line that leaves the scale, with words."""

    x: int
    y: float
    line: PracticeRun
    label_y: int = 0  # of a miss
    label_x: int = 0
    label_ends: bool = False  # the words end at `label_x`, as they would leave the drawing


@dataclass(frozen=True)
class Chart:
    """The drawing: its height, the goal, half of it and nothing as lines across, and the sticks."""

    height: int
    goal_y: int
    half_y: int
    zero_y: int
    end: int
    sticks: tuple[Stick, ...]


def chart_of(lines: Sequence[PracticeRun]) -> Chart:
    """The chart of these practice runs; each miss has a row of its own for its words, so that no two overlap."""
    misses = sum(line.missed for line in lines)
    goal = misses * LABEL_ROW + ABOVE_GOAL
    zero = goal + SCALE
    sticks, row = [], 0
    for place, line in enumerate(lines):
        x = START + (END - START) * (2 * place + 1) // (2 * len(lines))
        if line.missed or line.minutes is None:
            right = x > (START + END) // 2
            label = LABEL_ROW * row + LABEL_ROW - 4
            sticks.append(Stick(x, label, line, label, x - 14 if right else x + 14, right))
            row += 1
        else:
            sticks.append(Stick(x, round(zero - SCALE * line.minutes / line.goal_minutes, 1), line))
    return Chart(zero + UNDER, goal, goal + SCALE // 2, zero, END, tuple(sticks))


def shortened(text: str) -> str:
    """A reason as it fits beside a line of the chart; the table has it whole."""
    return text if len(text) <= REASON_LONGEST else text[: REASON_LONGEST - 1].rstrip() + "…"
