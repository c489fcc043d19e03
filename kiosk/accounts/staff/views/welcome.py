"""The first visit: a one-time link, a password, and a phone for the second step."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from kiosk.accounts.blueprints import NOBODY_SIGNED_IN
from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in import totp
from kiosk.accounts.sign_in.hash_slots import NoHashSlot
from kiosk.accounts.sign_in.login import open_to_all, sign_out, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again, recently_confirmed
from kiosk.accounts.sign_in.views.hashing import busy_words, run_in_hash_slot
from kiosk.accounts.sign_in.views.mails import mail_account_owner
from kiosk.accounts.sign_in.views.pending_sign_in import (
    PHONE,
    complete_sign_in,
    pending_staff,
    start_pending_sign_in,
)
from kiosk.accounts.sign_in.views.sign_in import bp
from kiosk.accounts.staff.people import (
    accept_invitation,
    guessable_words,
    invited_staff,
    prepare_password,
    session_key,
)
from kiosk.audit.log import Acting, LogAct
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import FormErrors
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school
from kiosk.web.sessions import forget_staff_sessions
from kiosk.wording.messages import N_, Refused, say

REPLACING = "replacing"  # somebody who is signed in replaces their phone


@bp.get("/welcome/<token>")
@open_to_all
def welcome(token: str) -> ResponseReturnValue:
    """The form for a first password, for somebody with a valid link."""
    staff = invited_staff(school(), token, now_utc())
    return _welcome_page(token, staff) if staff else _used_up()


@bp.post("/welcome/<token>")
@open_to_all
def accept(token: str) -> ResponseReturnValue:
    """Set the password, end every session of this person, and mark the link as used; the phone comes next."""
    staff = invited_staff(school(), token, now_utc())
    if staff is None:
        return _used_up()
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _welcome_page(token, staff, "again", N_("The two are not the same. Type both again.")), 422
    known = guessable_words(staff, current_site().config.school_name)
    try:
        made = run_in_hash_slot(lambda: prepare_password(password, known))
    except NoHashSlot:
        return _welcome_page(token, staff, "password", busy_words()), 503
    except Refused as refused:
        return _welcome_page(token, staff, "password", say(refused.message)), 422
    staff = invited_staff(school(), token, now_utc())
    if staff is None:
        return _used_up()
    accept_invitation(school(), _acting_person(), staff, made)
    mail_account_owner(staff)
    school().commit()
    with current_site().databases.sessions.write() as store:
        forget_staff_sessions(store, session_key(staff))
    sign_out()
    if staff.sealed_phone:
        flash(_("Your password is set. Sign in with it and with your phone."))
        return redirect(url_for(".sign_in_form"), 303)
    start_pending_sign_in(staff, "", made.wrapping_key, by_link=True)
    return redirect(url_for(".phone_form"), 303)


@bp.get("/phone")
@open_to_all
@password_again()
def phone_form() -> ResponseReturnValue:
    """The picture to scan with a phone, and the box for the first code."""
    staff = _without_phone()
    if staff is None:
        return redirect(url_for("staff.home"))
    session.setdefault(PHONE, totp.new_secret())
    return _phone_page(staff)


@bp.post("/phone")
@open_to_all
@password_again()
def add_phone() -> ResponseReturnValue:
    """Store the phone once its code is right, and complete a pending sign-in."""
    staff = _without_phone()
    if staff is None or PHONE not in session:
        return redirect(url_for(".phone_form"), 303)
    code = request.form.get("code", "")[:40]
    if not totp.enrol(current_site().key, staff, str(session[PHONE]), code, now_utc()):
        return _phone_page(
            staff, _("That is not the code that the phone shows now. Type the newest one.")
        ), 422
    staff.tries, staff.code_tries, staff.wait_until = 0, 0, None
    _acting_person(staff).note(school(), LogAct.PHONE_ADDED, staff.id)
    mail_account_owner(staff)
    school().commit()
    flash(_("Your phone is set up as your second step."))
    return complete_sign_in(staff, with_code=True)


@bp.post("/phone/replace")
@staff_required()
@password_again(code=True)
def replace_phone() -> ResponseReturnValue:
    """Set up another phone in place of the one that was just used; until then the old one stays."""
    session[REPLACING] = True
    return redirect(url_for(".phone_form"), 303)


@bp.post("/phone/later")
@open_to_all
def add_later() -> ResponseReturnValue:
    """Sign in without a phone, which is allowed if no role needs one; who is signed in goes on as before."""
    if current_user.is_authenticated:
        return redirect(url_for("staff.home"), 303)
    staff = pending_staff()
    staff = None if staff is None or staff.sealed_phone else staff
    if staff is None or totp.needs_second_step(staff):
        return redirect(url_for(".phone_form"), 303)
    return complete_sign_in(staff)


def _acting_person(staff: StaffMember | None = None) -> Acting:
    return Acting(current_site().key, staff.id if staff else None, now_utc())


def _without_phone() -> StaffMember | None:
    """Who sets up a phone: somebody with a pending sign-in, or signed in without one, or replacing theirs."""
    staff: StaffMember | None = current_user.staff if current_user.is_authenticated else pending_staff()
    if staff and staff.sealed_phone and session.get(REPLACING) and recently_confirmed(staff, code=True):
        return staff
    return staff if staff and not staff.sealed_phone else None


def _welcome_page(token: str, staff: StaffMember, field: str = "", text: str = "") -> str:
    errors = FormErrors()
    if field:
        errors.add(field, text)
    return render_template(
        "accounts/staff/welcome.html",
        **NOBODY_SIGNED_IN,
        token=token,
        staff=staff,
        errors=errors,
    )


def _phone_page(staff: StaffMember, error: str = "") -> str:
    secret = str(session[PHONE])
    address = totp.enrolment_address(secret, staff.email, current_site().config.school_name)
    return render_template(
        "accounts/staff/phone.html",
        **NOBODY_SIGNED_IN,
        qr=qr_svg(address),
        secret=totp.in_groups_of_four(secret),
        must=totp.needs_second_step(staff),
        error=error,
    )


def _used_up() -> ResponseReturnValue:
    return render_template("accounts/staff/used_up.html", **NOBODY_SIGNED_IN), 410
