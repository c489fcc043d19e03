"""The blueprint that the pages of incidents share, and what they need from the app."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import TypeVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import open_key_of_session, signed_in_staff, staff_required
from kiosk.incidents.case.case_file import Acting, CaseFile, CaseViewer, incident_of
from kiosk.report.access.opening import NO_REPORT, Opener, ReportNotYours, read_report
from kiosk.roles import READING_ROLES, Role
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import KeyLocked, NotFound
from kiosk.web.request_sessions import commit_both, reports, roll_back_both, school
from kiosk.wording.messages import N_

bp = Blueprint("incidents", __name__, url_prefix="/staff")
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def looking_now() -> CaseViewer:
    """The person of this request with its sessions, whether their key is open or not."""
    return CaseViewer(signed_in_staff(), now_utc(), current_site().calendar, school(), reports())


def acting_now() -> Acting:
    """The person of this request, with their key and the sessions of this request; raises KeyLocked."""
    return Acting(signed_in_staff(), now_utc(), current_site().calendar, school(), reports(), opener())


class NoSuchCase(NotFound):
    """There is no such incident or report, or this person may not know of it; both look the same."""


def opener() -> Opener:
    """The reader of this request with the private key; raises KeyLocked, and then the password is asked for."""
    found = opener_if_open()
    if found is None:
        raise KeyLocked
    return found


def opener_if_open() -> Opener | None:
    """The signed-in reader with their private key; None while that key is locked."""
    staff, key = signed_in_staff(), open_key_of_session()
    if key is None:
        return None
    return Opener(staff.id, staff.roles, key.secret.private_key, current_site().today(), key.seen, key.knows)


def case_page(
    rule: str, method: str = "GET", held: bool = True, roles: Collection[Role] = READING_ROLES
) -> Callable[[View], View]:
    """Serve a page about one case: its view takes the case that `case_or_404` finds, and what else stands in `rule`.

    A form that is sent (POST) holds the case, unless it holds two (`held=False`).
    """

    def serve(view: View) -> View:
        @wraps(view)
        def with_case(number: int, **parts: object) -> ResponseReturnValue:
            return view(case_or_404(number, for_update=held and method == "POST"), **parts)

        marked = staff_required(*roles)(with_case)
        bp.route(f"/incidents/<int:number>{rule}", methods=[method])(marked)
        return view

    return serve


def case_or_404(number: int, for_update: bool = False) -> CaseFile:
    """The incident with this number, for a reader of its report whose key is open.

    With the key put away every number leads to the page for the password, before anything is looked up. An incident of
    others and one that does not exist get one page, at the same price (promise S9).
    """
    reader = opener()
    incident = incident_of(school(), number, for_update)
    try:
        report = read_report(reports(), incident.report_id if incident else NO_REPORT, reader)
    except ReportNotYours:
        raise NoSuchCase from None
    if incident is None:
        raise NoSuchCase
    return CaseFile(incident, report, school())


def read_anew(case: CaseFile) -> CaseFile:
    """The same case as it is now; what this request wrote is undone first, so that nobody waits for its page."""
    number = case.incident.number
    roll_back_both()
    return case_or_404(number)


def left_alone(number: int, words: str) -> ResponseReturnValue:
    """Undo what this request wrote, say why, and go to the page of the case."""
    roll_back_both()
    flash(words)
    return redirect(url_for(".show", number=number))


def back_to_case(case: CaseFile, words: str = N_("Written in the log.")) -> ResponseReturnValue:
    """Commit what was done, say so, and go to the page of the case."""
    number = case.incident.number
    commit_both()
    flash(_(words))
    return redirect(url_for(".show", number=number))
