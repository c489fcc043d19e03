"""A reader's key is locked after ten idle minutes; the password unlocks it, and nothing typed is lost."""

from flask import Flask, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.views.confirming import check_password
from kiosk.accounts.views.pending import KEY_CHECK, SHUT, SHUT_PAGE, KeyCheck, open_key, safe_next
from kiosk.accounts.views.sign_in import bp
from kiosk.errors import KeyLocked

FIELD = "unlock-password"


@bp.get("/unlock")
@staff_required()
def unlock_form() -> ResponseReturnValue:
    """The box for the password."""
    return _page(url_for(".unlock"), safe_next(request.args.get("next", "")))


@bp.post("/unlock")
@staff_required()
def unlock() -> ResponseReturnValue:
    """Go back to the page where the reader was; the password has been checked before this runs."""
    return redirect(safe_next(request.form.get("next", "")) or url_for("staff.home"), 303)


def guard_keys(app: Flask, check: KeyCheck, shut_page: str) -> None:
    """Ask for the password wherever a key is locked, and accept it with any form.

    `check` compares a reader's key with the list of readers; `shut_page` is the endpoint that says why it stays shut.
    """
    app.extensions[KEY_CHECK] = check
    app.extensions[SHUT_PAGE] = shut_page

    @app.before_request
    def _take_password() -> ResponseReturnValue | None:
        if request.method != "POST" or FIELD not in request.form or not hasattr(current_user, "staff"):
            return None
        wrapping_key, error = check_password(request.form[FIELD])
        if error:
            return _page(request.path, request.form.get("next", ""), error), 422
        open_key(signed_in_staff(), wrapping_key)
        return redirect(url_for(shut_page), 303) if SHUT in session else None

    @app.errorhandler(KeyLocked)
    def _locked(error: KeyLocked) -> ResponseReturnValue:
        if not hasattr(current_user, "staff"):
            abort(404)
        if SHUT in session:
            return redirect(url_for(shut_page), 303)
        if request.method == "GET":
            return redirect(url_for("accounts.unlock_form", next=request.full_path.rstrip("?")))
        return _page(request.path, ""), 401


def _page(action: str, wanted: str, error: str = "") -> str:
    """The password form, which carries along everything that was being sent."""
    carried = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in {FIELD, "next"}
    ]
    return render_template(
        "accounts/unlock.html", action=action, wanted=wanted, carried=carried, field_name=FIELD, error=error
    )
