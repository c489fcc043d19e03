"""Changing one's password; a reader keeps the same key."""

from flask import flash, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.hash_slots import NoHashSlot
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import check_password
from kiosk.accounts.sign_in.views.hashing import busy_words, run_in_hash_slot
from kiosk.accounts.sign_in.views.mails import mail_account_owner
from kiosk.accounts.sign_in.views.pending_sign_in import complete_sign_in
from kiosk.accounts.sign_in.views.sign_in import bp
from kiosk.accounts.staff.people import change_password, guessable_words, prepare_password, session_key
from kiosk.site import current_site
from kiosk.web.forms import FormErrors
from kiosk.web.request_sessions import school
from kiosk.web.sessions import forget_staff_sessions, start_fresh_session
from kiosk.wording.messages import N_, Refused


@bp.post("/password")
@staff_required()
def set_password() -> ResponseReturnValue:
    """Set the new password, end every other session of this person, and go on in a fresh one."""
    staff, typed = signed_in_staff(), {name: request.form.get(name, "") for name in ("old", "new", "again")}
    if typed["new"] != typed["again"]:
        return password_form("again", N_("The two passwords are not the same. Type both again.")), 422
    old, error = check_password(typed["old"])
    if old is None:
        return password_form("old", error), 422
    known = guessable_words(staff, current_site().config.school_name)
    try:
        made = run_in_hash_slot(lambda: prepare_password(typed["new"], known))
        change_password(school(), acting_staff(), staff, old, made)
    except NoHashSlot:
        return password_form("old", busy_words()), 503
    except Refused as refused:
        return password_form("new", refused.message.text, **refused.message.values), 422
    mail_account_owner(staff)
    school().commit()
    with current_site().databases.sessions.write() as store:
        forget_staff_sessions(store, session_key(staff))
    start_fresh_session(session, ended=True)
    flash(_("Your password is changed. You are signed out on every other device."))
    return complete_sign_in(staff, url_for(".account"), made.wrapping_key)


@bp.get("/password/new")
@staff_required()
def password_form(name: str = "", text: str = "", /, **values: str | int) -> str:
    """The form for the old and the new password."""
    errors = FormErrors()
    if name:
        errors.add(name, text, **values)
    return render_template("accounts/sign_in/password.html", errors=errors)
