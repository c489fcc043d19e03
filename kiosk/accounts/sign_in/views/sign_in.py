"""Staff sign in: e-mail and password, then the code of the phone; and sign out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from kiosk.accounts.blueprints import LONGEST_TYPED, NOBODY_SIGNED_IN, monitoring_notice, wait_ends
from kiosk.accounts.sign_in import steps
from kiosk.accounts.sign_in.hash_slots import Lane, NoHashSlot
from kiosk.accounts.sign_in.login import open_to_all, sign_out
from kiosk.accounts.sign_in.views.hashing import busy_words, run_in_hash_slot
from kiosk.accounts.sign_in.views.known_browser import browser_of
from kiosk.accounts.sign_in.views.pending_sign_in import (
    complete_sign_in,
    pending_staff,
    safe_next,
    start_pending_sign_in,
)
from kiosk.accounts.sign_in.views.wrong_code import wrong_code_words
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import school

bp = Blueprint("accounts", __name__, url_prefix="/staff")


@bp.get("/sign-in")
@open_to_all
def sign_in_form() -> ResponseReturnValue:
    """The box for e-mail and password."""
    wanted = safe_next(request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(wanted or url_for("staff.home"))
    return _password_page("", "", wanted)


@bp.post("/sign-in")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """First step; to a browser in which nobody signed in with this address, every refusal is the same."""
    email = request.form.get("email", "")[:LONGEST_TYPED]
    wanted = safe_next(request.form.get("next", ""))
    with current_site().databases.school.session(write=False) as reading:
        staff = steps.find_by_email(reading, email)
        stored, browser = (staff.password_hash, browser_of(staff.id)) if staff else (None, None)
        until = steps.current_wait(reading, staff, browser, now_utc()) if staff and browser else None
    # a known browser is told before any work is done; for an unknown one, work and answer are the same for every
    # address
    if until:
        return _password_page(
            email, _refusal_words(steps.SignInOutcome(steps.SignInStep.WAIT, wait_until=until), ""), wanted
        ), 422
    password = request.form.get("password", "")
    try:
        lane = Lane.KNOWN if browser else Lane.STRANGERS
        tried = run_in_hash_slot(lambda: steps.compare_password(stored, password), lane)
    except NoHashSlot:
        return _password_page(email, busy_words(), wanted), 503
    outcome = steps.try_sign_in(school(), email, tried, browser, now_utc())
    school().commit()
    if outcome.staff is None:
        mismatch = _("This e-mail address and password do not match. Check both and try again.")
        stranger = _("Check the e-mail address and the password, and try again.")
        return _password_page(email, _refusal_words(outcome, mismatch) if browser else stranger, wanted), 422
    if outcome.step is steps.SignInStep.IN:
        return complete_sign_in(outcome.staff, wanted, outcome.wrapping_key)
    start_pending_sign_in(outcome.staff, wanted, outcome.wrapping_key)
    return redirect(url_for(".code_form" if outcome.step is steps.SignInStep.CODE else ".phone_form"), 303)


@bp.get("/sign-in/code")
@open_to_all
def code_form() -> ResponseReturnValue:
    """The box for the code of the phone."""
    staff = pending_staff()
    if staff is None or not staff.sealed_phone:
        return redirect(url_for(".sign_in_form"))
    return render_template("accounts/sign_in/code.html", **NOBODY_SIGNED_IN, error="")


@bp.post("/sign-in/code")
@open_to_all
def code() -> ResponseReturnValue:
    """Second step."""
    staff = pending_staff()
    if staff is None:
        # Not stored in a session: a hundred strangers would leave a hundred session rows.
        return _password_page("", _("That took a while, so please start again."), ""), 422
    typed, browser = request.form.get("code", "")[:LONGEST_TYPED], browser_of(staff.id)
    outcome = steps.try_code(school(), current_site().key, staff.id, typed, browser, now_utc())
    school().commit()
    if outcome.step is steps.SignInStep.IN:
        return complete_sign_in(staff, with_code=True)
    error = _refusal_words(outcome, wrong_code_words(staff, typed))
    return render_template("accounts/sign_in/code.html", **NOBODY_SIGNED_IN, error=error), 422


@bp.post("/sign-out", endpoint="sign_out")
@open_to_all
def end_session() -> ResponseReturnValue:
    """End this session; the back button shows none of its pages."""
    sign_out()
    response = redirect(url_for(".sign_in_form"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _password_page(email: str, error: str, wanted: str) -> str:
    return render_template(
        "accounts/sign_in/sign_in.html",
        **NOBODY_SIGNED_IN,
        email=email,
        error=error,
        wanted=wanted,
        **monitoring_notice("monitoring-staff"),
    )


def _refusal_words(outcome: steps.SignInOutcome, mismatch: str) -> str:
    if outcome.wait_until is None:
        return mismatch
    text = _("There were too many tries, so this account is paused. Try again at %(time)s.")
    return str(text % {"time": wait_ends(outcome.wait_until)})
