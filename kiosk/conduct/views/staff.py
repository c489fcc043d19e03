"""Staff read the policy they sign, and sign it with their password."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import check_password
from kiosk.conduct import signing
from kiosk.conduct.views.blueprint import bp
from kiosk.content.language import ENGLISH
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.wording.words import day_and_year

SIGN_AGAIN_AFTER = timedelta(days=365)  # signed at induction, then once a year


@bp.post("/staff/code")
@staff_required()
def sign_staff() -> ResponseReturnValue:
    """Sign with the password; too many wrong ones slow this account down, as when signing in."""
    error = check_password(request.form.get("password", ""))[1]
    if error:
        return show_staff(error, 422)
    signing.sign_as_staff(
        school(),
        signed_in_staff(),
        current_site().codes[signing.STAFF_CODE, ENGLISH],
        ENGLISH,
        current_site().today(),
    )
    school().commit()
    flash(_("You have signed the policy. Thank you."))
    return redirect(url_for(".show_staff"), 303)


@bp.get("/staff/code")
@staff_required()
def show_staff(error: str = "", status: int = 200) -> ResponseReturnValue:
    """The staff policy, and whether this person has signed it as it is now."""
    code = current_site().codes[signing.STAFF_CODE, ENGLISH]
    signed = signing.current_staff_sign_off(school(), signed_in_staff(), code)
    standing = signing.state_of(signed, code)
    due = (
        signed is None
        or standing is signing.DecisionState.CHANGED
        or current_site().today() >= signed.decided_on + SIGN_AGAIN_AFTER
    )
    page = render_template(
        "conduct/staff.html",
        code=code,
        signed=signed,
        signed_day=day_and_year(signed.decided_on) if signed else "",
        changed=signing.changed_rules(signed, code)
        if signed and standing is signing.DecisionState.CHANGED
        else (),
        is_changed=standing is signing.DecisionState.CHANGED,
        due=due,
        error=error,
    )
    return page, status
