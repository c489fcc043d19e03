"""My account: where I am signed in, how I sign in, and what was done with my account."""

import re
from datetime import datetime

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import ReaderKey
from kiosk.accounts.sign_in.login import acting_staff, open_key_of_session, signed_in_staff, staff_required
from kiosk.accounts.sign_in.sessions import OpenSession, end_others, end_session, open_sessions
from kiosk.accounts.sign_in.views.log_lines import asked_page, last_day, log_page
from kiosk.accounts.sign_in.views.mails import mail_account_owner
from kiosk.accounts.sign_in.views.sign_in import bp
from kiosk.accounts.staff.people import session_key
from kiosk.audit.log import LogAct
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.reader_key import six_words
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import NotFound
from kiosk.web.request_sessions import school
from kiosk.web.sessions import token_digest, token_of
from kiosk.wording.words import clock, day_words

LEADS = (Role.DSL, Role.PRINCIPAL)
NOT_DIALLED = re.compile(r"[\s().-]")
MOBILE = re.compile(r"\+?[0-9]{7,15}")


@bp.get("/password")
@staff_required()
def account() -> ResponseReturnValue:
    """My account."""
    return _account_page()


def _account_page(mobile: str | None = None, error: str = "") -> str:
    site, me, open_key = current_site(), signed_in_staff(), open_key_of_session()
    with site.databases.sessions.session(write=False) as store:
        found = open_sessions(store, session_key(me), _this_session_digest(), now_utc())
    return render_template(
        "accounts/sign_in/account.html",
        person=me,
        sessions=[{"id": one.id, "here": one.here, **_session_in_words(one)} for one in found],
        password_on=last_day(me.id, LogAct.PASSWORD_CHANGED, LogAct.LINK_USED),
        phone_on=last_day(me.id, LogAct.PHONE_ADDED),
        has_key=school().get(ReaderKey, me.id) is not None,
        reads=bool(READING_ROLES & me.roles),
        texted=bool(site.config.text_address),
        mobile=(me.mobile or "") if mobile is None else mobile,
        mobile_error=error,
        six_words=six_words(open_key.secret.public_key, open_key.secret.verify_key) if open_key else (),
        **log_page(asked_page(request.args.get("page", "")), me.id),
    )


@bp.post("/password/mobile")
@staff_required(*READING_ROLES)
def save_mobile() -> ResponseReturnValue:
    """A reader's own number for text messages and to be rung at night, or none."""
    typed = request.form.get("mobile", "")
    number = NOT_DIALLED.sub("", typed)
    if number and not MOBILE.fullmatch(number):
        return _account_page(typed, _("Write the number in digits, like 07700 900118.")), 422
    me = signed_in_staff()
    me.mobile = number or None
    mail_account_owner(me)
    school().commit()
    flash(_("Saved."))
    return redirect(url_for(".account"), 303)


@bp.post("/password/sessions/end")
@staff_required()
def end_elsewhere() -> ResponseReturnValue:
    """Sign out on one other device, or on all others; a request still running there cannot revive its session."""
    me, id = signed_in_staff(), request.form.get("session", "")
    with current_site().databases.sessions.write() as store:
        if id and not end_session(store, session_key(me), id):
            raise NotFound
        if not id:
            end_others(store, session_key(me), _this_session_digest())
    acting_staff().note(school(), LogAct.SESSIONS_ENDED, me.id)
    school().commit()
    flash(_("You are signed out there.") if id else _("You are signed out everywhere else."))
    return redirect(url_for(".account"), 303)


@bp.get("/log")
@staff_required(*LEADS)
def log() -> ResponseReturnValue:
    """The log of powers, for the two leads."""
    return render_template("accounts/sign_in/log.html", **log_page(asked_page(request.args.get("page", ""))))


def _this_session_digest() -> bytes:
    return token_digest(token_of(session))


def _session_in_words(one: OpenSession) -> dict[str, str]:
    if one.browser and one.system:
        browser = _("%(browser)s on %(system)s", browser=one.browser, system=one.system)
    else:
        browser = one.browser or one.system or _("A browser")
    return {"browser": browser, "since": _moment_in_words(one.since), "seen": _moment_in_words(one.seen)}


def _moment_in_words(moment: datetime) -> str:
    site = current_site()
    local = site.local(moment)
    return f"{day_words(local.date(), site.today())} {clock(local)}"
