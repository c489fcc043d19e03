"""What the pages of the book share: the blueprint, and the duty that an address names."""

from flask import Blueprint, current_app, request
from werkzeug.exceptions import HTTPException

from kiosk.accounts.sign_in.login import acting_staff, may_open, signed_in_staff
from kiosk.duties.book import Entry, all_states, as_of, entry_of, is_on, may_do_now, may_see
from kiosk.duties.kind import Duty
from kiosk.duties.models import DutyState
from kiosk.duties.people import People, people_of
from kiosk.duties.writing import At
from kiosk.site import current_site
from kiosk.web.errors import NotFound
from kiosk.web.request_sessions import reports, school

bp = Blueprint("duties", __name__, url_prefix="/staff/duties")


def duty_or_404(id: str) -> Duty:
    """The duty of an address; raises NotFound also for one that this person may not know of."""
    duty = current_site().duties.all.get(id)
    if duty is None or not may_see(duty, signed_in_staff()):
        raise NotFound
    return duty


def entry_now(duty: Duty) -> Entry:
    """How a duty stands now."""
    return entry_of(current_site(), duty, all_states(school()).get(duty.id, ()), current_site().today())


def open_now(entry: Entry) -> list[DutyState]:
    """What of it can be done today, the first due first; where everything is done for now, all that is due later."""
    due = [one for one in entry.states if one.due_on]
    calendar = current_site().calendar
    return [one for one in due if may_do_now(calendar, entry.duty, one, entry.today)] or due


def stands(entry: Entry) -> bool:
    """Whether a duty is in the school's book."""
    return is_on(entry.duty, current_site().duties, entry.whole, entry.today)


def where_done(duty: Duty) -> str:
    """The address of the page on which it is done, where this person may open it; else empty."""
    try:
        endpoint, _values = current_app.create_url_adapter(request).match(duty.where, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return ""
    return duty.where if may_open(signed_in_staff(), endpoint) else ""


def figure_now(duty: Duty) -> str:
    """What kiosk knows of a duty today, for whoever asks; else empty."""
    site = current_site()
    find = site.duties.figures.get(duty.figure)
    return find(school(), reports(), site, signed_in_staff(), site.today()) if find else ""


def people_now() -> People:
    """Who works here, with their roles."""
    return people_of(school(), current_site().today())


def writing_at(duty: Duty, of: str, people: People | None = None) -> At:
    """The person of this request, about to write about a duty."""
    site = current_site()
    return At(
        acting_staff(),
        signed_in_staff(),
        as_of(duty, of),
        of,
        site.calendar,
        people or people_now(),
        site.today(),
    )
