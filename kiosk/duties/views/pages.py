"""The book, one duty, and what people write into it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.duties import writing
from kiosk.duties.book import (
    MOST_OF_EACH,
    TASK,
    Entry,
    applies_not,
    as_of,
    lines_of,
    names_in,
    read_book,
    taken_back,
)
from kiosk.duties.form import NO_ADDRESS, TEXT_LONGEST, Typed, names_something, read_check
from kiosk.duties.kind import Duty
from kiosk.duties.lists import OF_PEOPLE
from kiosk.duties.models import DutyLine, DutyState, LineKind
from kiosk.duties.people import People
from kiosk.duties.periods import period
from kiosk.duties.views import words
from kiosk.duties.views.blueprint import (
    bp,
    duty_or_404,
    entry_now,
    figure_now,
    open_now,
    people_now,
    stands,
    where_done,
    writing_at,
)
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import NotFound
from kiosk.web.forms import WHOLE, day_of, id_of
from kiosk.web.request_sessions import roll_back_both, school
from kiosk.wording.messages import Refused, say

__all__ = ["bp"]
PLACE = "/<duty_id>"


@bp.get("/")
@staff_required()
def index() -> ResponseReturnValue:
    """The book: what is late, what is due by the end of the term, what is in order."""
    site, staff = current_site(), signed_in_staff()
    entries, off = read_book(school(), site, staff)
    today, people = site.today(), people_now()
    term_ends = period(site.calendar, "term", today)[1]
    late = [one for one in entries if one.late]
    due = [one for one in entries if not one.late and one.due and one.due <= term_ends]
    done_by = [one.last.done_by_id for one in entries if one.last]
    return render_template(
        "duties/index.html",
        groups=[
            ("urgent", _("Late"), late),
            ("soon", _("Due by the end of term"), due),
            ("routine", _("In order"), [one for one in entries if one not in late and one not in due]),
        ],
        all=len(entries),
        off=off,
        people=people,
        names=names_in(people, done_by, school()),
        calendar=site.calendar,
        today=today,
        wording=words,
    )


@bp.get(PLACE)
@staff_required()
def show(duty_id: str) -> ResponseReturnValue:
    """One duty: its steps, what was done, and about it."""
    return _duty_page(duty_or_404(duty_id))


@bp.get(f"{PLACE}/write")
@staff_required()
def write_form(duty_id: str) -> ResponseReturnValue:
    """The form for a check."""
    return _form_page(duty_or_404(duty_id), request.args.get("of", ""), Typed())


@bp.post(f"{PLACE}/write")
@staff_required()
def write(duty_id: str) -> ResponseReturnValue:
    """Write a check down; the same form sent twice is one line."""
    duty, of = duty_or_404(duty_id), request.form.get("of", "")
    _must_stand(duty)
    at = writing_at(duty, of)
    coming = writing.coming_due(at, writing.hold_state(school(), at))
    typed = read_check(at.duty, request.form, at.calendar, at.today, coming, at.people.who_may_see(duty))
    if typed.check is None:
        roll_back_both()
        return _form_page(duty, of, typed), 422
    try:
        writing.write_check(school(), at, typed.check)
    except Refused as refused:
        roll_back_both()
        typed.errors.add(WHOLE, refused.message.text, **refused.message.values)
        return _form_page(duty, of, typed), 409
    school().commit()
    flash(_("It stands in the book. You can take it back for a minute; after that, write a correction."))
    return redirect(url_for(".show", duty_id=duty.id))


@bp.post(f"{PLACE}/lines/<uuid:line_id>/correct")
@staff_required()
def correct(duty_id: str, line_id: uuid.UUID) -> ResponseReturnValue:
    """Correct a line by another, which says so."""
    at = writing_at(duty_or_404(duty_id), "")
    return _do(at.duty, lambda: writing.correct(school(), at, line_id, _words("words"), _once()))


@bp.post(f"{PLACE}/lines/<uuid:line_id>/back")
@staff_required()
def take_back(duty_id: str, line_id: uuid.UUID) -> ResponseReturnValue:
    """Take a line back within a minute."""
    at = writing_at(duty_or_404(duty_id), "")
    return _do(at.duty, lambda: writing.take_back(school(), at, line_id))


@bp.post(f"{PLACE}/put-off")
@staff_required()
def put_off(duty_id: str) -> ResponseReturnValue:
    """Put it off once, with a reason."""
    duty = duty_or_404(duty_id)
    _must_stand(duty)
    at = writing_at(duty, request.form.get("of", ""))
    day = day_of(request.form.get("day", ""))
    return _do(duty, lambda: writing.put_off(school(), at, day, _words("why"), _once()))


@bp.post(f"{PLACE}/happened")
@staff_required()
def happened(duty_id: str) -> ResponseReturnValue:
    """Say that what it waits for has happened."""
    duty = duty_or_404(duty_id)
    _must_stand(duty)
    at, day = writing_at(duty, ""), day_of(request.form.get("day", ""))
    return _do(duty, lambda: writing.note_event(school(), at, day, _once()))


@bp.post(f"{PLACE}/give")
@staff_required()
def give(duty_id: str) -> ResponseReturnValue:
    """Give it to somebody else this time."""
    duty = duty_or_404(duty_id)
    _must_stand(duty)
    at = writing_at(duty, request.form.get("of", ""))
    return _do(duty, lambda: writing.give(school(), at, id_of(request.form.get("to", "")), _once()))


@bp.post(f"{PLACE}/switch-on")
@staff_required()
def switch_on(duty_id: str) -> ResponseReturnValue:
    """Let it stand in the book from today on."""
    at, site = writing_at(duty_or_404(duty_id), ""), current_site()
    leads = site.config.leadership_roles
    return _do(at.duty, lambda: writing.switch_on(school(), at, leads, site.duties))


@bp.post(f"{PLACE}/not-here")
@staff_required()
def not_here(duty_id: str) -> ResponseReturnValue:
    """Say that it does not apply here; two have to."""
    duty = duty_or_404(duty_id)
    at, leads = writing_at(duty, ""), current_site().config.leadership_roles
    return _do(duty, lambda: writing.does_not_apply(school(), at, _words("why"), leads, _once()))


def _do(duty: Duty, act: Callable[[], object]) -> ResponseReturnValue:
    try:
        act()
    except Refused as refused:
        roll_back_both()
        line = (request.view_args or {}).get("line_id")
        form = f"correct-{line}" if line else (request.endpoint or "").rpartition(".")[2]
        return _duty_page(duty, say(refused.message), form), 409
    school().commit()
    return redirect(url_for(".show", duty_id=duty.id))


def _words(name: str) -> str:
    """What somebody wrote in general words; raises Refused for an address or a number."""
    words = request.form.get(name, "")[:TEXT_LONGEST]
    if names_something(words):
        raise Refused(NO_ADDRESS)
    return words


def _once() -> uuid.UUID:
    """The number that the form carries along, so that sending it twice is one line."""
    return id_of(request.form.get("once", "")) or uuid.uuid4()


def _must_stand(duty: Duty) -> Entry:
    if not stands(entry := entry_now(duty)):
        raise NotFound
    return entry


def _duty_page(duty: Duty, problem: str = "", refused: str = "") -> str:
    entry, people, staff = entry_now(duty), people_now(), signed_in_staff()
    site = current_site()
    lines = lines_of(school(), duty)
    state = next((one for one in entry.things if one.due_on), entry.whole)
    writes = any(people.may_write(duty, one, staff.id) for one in (state, *entry.states))
    mine = (one for one in open_now(entry) if people.may_write(duty, one, staff.id))
    shows_names = writes or not OF_PEOPLE.intersection(duty.each)
    leads = bool(staff.roles & site.config.leadership_roles)
    return render_template(
        "duties/duty.html",
        duty=duty,
        entry=entry,
        open=open_now(entry)[:MOST_OF_EACH] if shows_names else [],
        on=stands(entry),
        state=state,
        people=people,
        lines=_line_words(duty, lines, people, entry.states if shows_names else (), staff.id),
        may_write=writes,
        write_of=min(mine, key=lambda one: one.of.startswith(TASK), default=DutyState(of="")).of,
        may_put_off=bool(state and state.due_on) and people.may_put_off(duty, state, staff.id),
        may_lead=leads,
        applies_not=applies_not(entry.whole, site.today()),
        said_by=people.all.get(entry.whole.asked_by_id) if entry.whole and entry.whole.asked_by_id else None,
        clauses=words.because_words(duty, site.facts),
        figure=figure_now(duty) if stands(entry) else "",
        where=where_done(duty),
        staff=words.staff_options(duty, people),
        once=uuid.uuid4().hex,
        problem=problem,
        refused=refused,
        typed=request.form,
        today=site.today(),
        wording=words,
    )


def _line_words(
    duty: Duty,
    lines: Any,
    people: People,
    states: tuple[DutyState, ...],
    staff: uuid.UUID,
) -> list[words.LineWords]:
    back, today, now = taken_back(lines), current_site().today(), now_utc()
    names = names_in(people, [one.by_id for one in lines], school())
    labels = {one.of: words.label_of(one) for one in states}

    def shown(line: DutyLine) -> words.LineWords:
        name = names.get(line.by_id, "") if line.by_id else _("kiosk")
        can_correct = line.kind is LineKind.DONE and line.id not in back
        fresh = now - line.written_at <= timedelta(minutes=1) and line.by_id == staff
        return words.LineWords(
            line,
            _(words.SAID[line.kind], name=name),
            labels.get(line.of, ""),
            words.parts_of(duty, line, people, today),
            line.id in back,
            fresh and line.id not in back and line.kind in {LineKind.DONE, LineKind.CORRECTION},
            can_correct,
        )

    return [shown(line) for line in lines]


def _form_page(duty: Duty, of: str, typed: Typed) -> str:
    entry, people, staff = _must_stand(duty), people_now(), signed_in_staff()
    opened, duty = open_now(entry), as_of(duty, of)
    state = next((one for one in entry.states if one.due_on and one.of == of), None)
    if state is None and duty.each and not of and opened:
        state = opened[0]
    site = current_site()
    may = people.may_write(duty, state or entry.whole, staff.id)
    if of and not (state and may):
        raise NotFound
    coming = writing.coming_due(writing_at(duty, state.of, people), state) if state else None
    figure = figure_now(duty) if may else ""
    # A figure that was made for whoever asks, or that is about all of several, is no line of one.
    fills = figure and not (duty.seen_by or duty.each)
    if fills:
        typed.values = {duty.write[0].id: figure} | typed.values
    return render_template(
        "duties/write.html",
        duty=duty,
        state=state,
        others=[one for one in opened if one is not state][:MOST_OF_EACH] if may else [],
        may_write=may,
        typed=typed,
        figure="" if fills else figure,
        errors=typed.errors.summary(),
        of=state.of if state else "",
        coming=coming,
        staff=words.staff_options(duty, people),
        writer=staff.name,
        once=(id_of(request.form.get("once", "")) or uuid.uuid4()).hex,
        today=site.today(),
        wording=words,
    )
