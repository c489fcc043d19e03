"""The password again, for a reader's key that is locked and for a power; nothing that was typed is lost."""

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.accounts.sign_in.views import pending_sign_in
from kiosk.accounts.sign_in.views.confirm_password import (
    NotConfirmed,
    check_password,
    check_password_and_code,
    recently_confirmed,
)
from kiosk.accounts.sign_in.views.sign_in import bp
from kiosk.site import SyncFlask
from kiosk.web.errors import KeyLocked

FIELD, CODE_FIELD = "unlock-password", "unlock-code"
POWER = "unlock-power"  # the page was shown to re-authenticate, not to unlock a key


@bp.get("/unlock")
@staff_required()
def unlock_form() -> ResponseReturnValue:
    """The box for the password, for somebody whose key is locked."""
    return _unlock_page(url_for(".unlock"), pending_sign_in.safe_next(request.args.get("next", "")))


@bp.get("/confirm")
@staff_required()
def confirm_form() -> ResponseReturnValue:
    """The box for the password, for somebody who uses a power."""
    return _unlock_page(
        url_for(".unlock"), pending_sign_in.safe_next(request.args.get("next", "")), power=True
    )


@bp.post("/unlock")
@staff_required()
def unlock() -> ResponseReturnValue:
    """Go back to the page where the person was; the password has been checked before this runs."""
    return redirect(pending_sign_in.safe_next(request.form.get("next", "")) or url_for("staff.home"), 303)


def guard_keys(app: SyncFlask, check: pending_sign_in.KeyCheck, shut_page: str) -> None:
    """Ask for the password wherever a key is locked or a power is used, and accept it with any form.

    `check` compares a reader's key with the list of readers; `shut_page` is the endpoint that says why it stays shut.
    """

    app.checks[pending_sign_in.KEY], app.checks[pending_sign_in.KEY_REFUSED_PAGE] = check, shut_page

    @app.before_request
    def _take_password() -> ResponseReturnValue | None:
        if request.method != "POST" or FIELD not in request.form or not hasattr(current_user, "staff"):
            return None
        code_error, typed = "", request.form[FIELD]
        if CODE_FIELD in request.form:
            wrapping_key, error, code_error = check_password_and_code(typed, request.form[CODE_FIELD])
        else:
            tried, error = check_password(typed)
            wrapping_key = tried.wrapping_key if tried else b""
        if not wrapping_key:
            power, code = POWER in request.form, CODE_FIELD in request.form
            return _unlock_page(
                request.path, request.form.get("next", ""), error, code_error, power, code
            ), 422
        pending_sign_in.unlock_reader_key(signed_in_staff(), wrapping_key)
        return redirect(url_for(shut_page), 303) if pending_sign_in.KEY_REFUSED in session else None

    @app.before_request
    def _ask_for_powers() -> None:
        code = getattr(app.view_functions.get(request.endpoint or ""), "kiosk_again", None)
        if code is None or not hasattr(current_user, "staff"):
            return
        if not recently_confirmed(signed_in_staff(), code):
            raise NotConfirmed(code and bool(signed_in_staff().sealed_phone))

    @app.errorhandler(NotConfirmed)
    def _not_confirmed(error: NotConfirmed) -> ResponseReturnValue:
        if request.method == "GET":
            return redirect(url_for("accounts.confirm_form", next=request.full_path.rstrip("?")))
        return _unlock_page(request.path, "", power=True, code=error.code), 401

    @app.errorhandler(KeyLocked)
    def _locked(error: KeyLocked) -> ResponseReturnValue:
        if not hasattr(current_user, "staff"):
            abort(404)
        if pending_sign_in.KEY_REFUSED in session:
            return redirect(url_for(shut_page), 303)
        if request.method == "GET":
            return redirect(url_for("accounts.unlock_form", next=request.full_path.rstrip("?")))
        return _unlock_page(request.path, ""), 401


def _unlock_page(
    action: str, wanted: str, error: str = "", code_error: str = "", power: bool = False, code: bool = False
) -> str:
    """The password form, which carries along everything that was being sent."""
    own = {FIELD, CODE_FIELD, POWER, "next"}
    carried = [(name, value) for name, values in request.form.lists() for value in values if name not in own]
    return render_template(
        "accounts/sign_in/unlock.html",
        action=action,
        wanted=wanted,
        carried=carried + ([(POWER, "yes")] if power else []),
        field_name=FIELD,
        error=error,
        code_name=CODE_FIELD if code else "",
        code_error=code_error,
        power=power,
    )
