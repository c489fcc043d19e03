"""The grid: where the filter was tried, which is written down in the book, and what is not used at this school."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.duties.kind import Duty
from kiosk.filtering import looks
from kiosk.filtering.desk import DESK
from kiosk.filtering.looks import GridCell, State
from kiosk.filtering.models import FilterUnused
from kiosk.filtering.spots import spots_of
from kiosk.filtering.views import words
from kiosk.filtering.views.desk import bp, desk_pages
from kiosk.incidents.case.forms import Filled, read_form
from kiosk.incidents.case.models import FilterAddress, FilterDecision
from kiosk.incidents.case.views.steps import fields_of
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.forms import WHOLE
from kiosk.web.request_sessions import roll_back_both, school
from kiosk.wording.messages import Refused
from kiosk.wording.words import day_and_year, short_day

NOT_YET = (State.NEVER, State.OLD)


@bp.get("/tried")
@staff_required(*DESK)
def show_grid() -> str:
    """Each kind of device, of people and of place: what the filter did there, and where nobody looked."""
    site = current_site()
    spots, rows = spots_of(site.config), _grid()
    states = [cell.state for row in rows for cell in row if cell.state is not State.UNUSED]
    allowed = select(func.count()).where(
        FilterAddress.decision == FilterDecision.ALLOW, FilterAddress.left_on >= site.term_began()
    )
    return render_template(
        "filtering/tried.html",
        desk_pages=desk_pages("show_grid"),
        people=list(spots.people.values()),
        rows=[(row[0].spot, [_cell_words(cell) for cell in row]) for row in rows],
        every=len(states),
        tried=sum(one not in NOT_YET for one in states),
        through=states.count(State.LETS_THROUGH),
        never=states.count(State.NEVER),
        old=states.count(State.OLD),
        opened=school().scalar(allowed) or 0,
        key=[(one.value, _(text)) for one, text in words.STATES.items()],
    )


@bp.get("/tried/<spot>/<people>")
@staff_required(*DESK)
def show_cell(spot: str, people: str, filled: Filled | None = None) -> str:
    """One cell: its last try, where to write one down, and the form to say that it is not used."""
    cell, staff, duty = _cell_or_404(spot, people), signed_in_staff(), _duty()
    names = {}
    if cell.unused:
        ids = [one for one in (cell.unused.staff_id, cell.unused.second_id) if one]
        names = {one: school().get_one(StaffMember, one).name for one in ids}
    return render_template(
        "filtering/cell.html",
        cell=cell,
        group=spots_of(current_site().config).people[people],
        state=_(words.STATES[cell.state]),
        day=day_and_year(cell.day) if cell.day else "",
        may_try=bool(staff.roles & looks.TRIES),
        try_url=url_for("duties.write_form", duty_id=duty.id, of=cell.key) if duty and cell.in_book else "",
        unused_fields=list(fields_of("unused", looks.OUT_OF_USE, words.LABELS, {}, filled)),
        names=list(names.values()),
        mine=bool(cell.unused and cell.unused.staff_id == staff.id),
        errors=filled.errors.summary() if filled else [],
    )


@bp.post("/tried/<spot>/<people>/<any(unused, again):act>")
@staff_required(*looks.TRIES)
def write_cell(spot: str, people: str, act: str) -> ResponseReturnValue:
    """Write down that a cell is not used, or that it is used again."""
    _cell_or_404(spot, people)
    staff, site, cell = signed_in_staff(), current_site(), (spot, people)
    filled = Filled(act)
    if act == "unused" and school().get(FilterUnused, cell) is None:
        filled = read_form("unused", looks.OUT_OF_USE, request.form, {})
    if filled.errors:
        return show_cell(spot, people, filled), 422
    try:
        if act == "unused":
            looks.say_unused(school(), staff, cell, filled.values.get("why", ""), site.today())
        else:
            looks.use_again(school(), staff, cell)
    except Refused as refused:
        roll_back_both()
        filled.errors.add(WHOLE, refused.message.text)
        return show_cell(spot, people, filled), 409
    school().commit()
    flash(_("Written down."))
    return redirect(url_for(".show_grid"))


def _grid() -> list[list[GridCell]]:
    site = current_site()
    spots, zone = spots_of(site.config), site.calendar.zone
    return looks.grid(school(), signed_in_staff(), spots, _duty(), site.term_began(), zone)


def _duty() -> Duty | None:
    return looks.duty_of_cells(current_site().duties)


def _cell_or_404(spot: str, people: str) -> GridCell:
    """The cell of an address, if this school's list has it and it is in use by that list; raises NotFound."""
    cells = [cell for row in _grid() for cell in row if cell.people in cell.spot.used_by]
    return or_404(next((one for one in cells if (one.spot.id, one.people) == (spot, people)), None))


def _cell_words(cell: GridCell) -> Mapping[str, Any]:
    listed = cell.people in cell.spot.used_by
    state = str(_(words.STATES[cell.state]))
    missed = str(_("%(count)d not tried", count=cell.missed)) if listed and cell.missed else ""
    return {
        "state": cell.state.value,
        "words": short_day(cell.day, current_site().today())
        if cell.day and cell.state not in (State.NEVER, State.UNUSED)
        else (_("Never") if cell.state is State.NEVER else state),
        "label": f"{cell.spot.words}: {state}" + (f", {missed}" if missed else ""),
        "missed": missed,
        "url": url_for(".show_cell", spot=cell.spot.id, people=cell.people) if listed else "",
    }
