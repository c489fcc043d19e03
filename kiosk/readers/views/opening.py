"""Opening the report page to children, the staff's promise, and practice reports."""

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import acting, signed_in_staff, staff_required
from kiosk.accounts.views.confirming import password_again
from kiosk.db import now_utc
from kiosk.incidents.practice_runs import cancel_run, start_run
from kiosk.readers.setup import SecondNeeded, open_page
from kiosk.readers.views.blueprint import bp
from kiosk.readers.views.keys import PROMISERS, catch_up
from kiosk.readers.views.this_list import key_in_use
from kiosk.report.keyring import write_root
from kiosk.report.merging import pass_on
from kiosk.report.reading_routes import PRACTICE
from kiosk.report.self_test import practice_waits
from kiosk.report.send_self_test import SelfTestFailed, prepare_form, send_self_test
from kiosk.report.setup import NotReady, zone_of
from kiosk.report.site import report_site_of
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import commit_both, reports, roll_back_both, school


@bp.post("/keys/open")
@staff_required(*READING_ROLES)
@password_again()
def open_to_children() -> ResponseReturnValue:
    """Open the report page, with the staff's promise if somebody who may give it has ticked it."""
    catch_up()
    site, me, key = current_site(), signed_in_staff(), key_in_use()
    promise = _promised() and bool(PROMISERS & me.roles)
    try:
        first = open_page(school(), reports(), acting(), me, key.secret, promise, site.today())
    except SecondNeeded:
        commit_both()  # the signature stays
        flash(
            _("You have signed the list of readers. Another reader has to open the page, and signs it too.")
        )
        return redirect(url_for(".show_keys"), 303)
    except NotReady as missing:
        roll_back_both()
        flash(
            _(
                "Nobody could read a report about the head. Two readers of the chair's and the safeguarding lead's "
                "roles have to sign in, who neither are nor deputise for the principal. Then make new sheets."
            )
            if missing.head
            else _("The page cannot be opened yet. The list says what is missing.")
        )
        return redirect(url_for(".show_keys"), 303)
    if first:
        write_root(site.config, first.hash)
    reports().commit()
    school().commit()
    catch_up()
    flash(_("The report page is open to children. Send a practice report next."))
    return redirect(url_for(".show_keys"), 303)


@bp.post("/keys/promise")
@staff_required(*PROMISERS)
def promise() -> ResponseReturnValue:
    """Give the staff's promise to children, or withdraw it; the report page changes at once."""
    zone_of(reports()).staff_promise = _promised()
    reports().commit()
    catch_up()
    flash(
        _("Children read the promise on the report page now.")
        if _promised()
        else _("The promise is no longer on the report page.")
    )
    return redirect(url_for(".show_keys"), 303)


@bp.post("/keys/practice")
@staff_required(*READING_ROLES)
def practice() -> ResponseReturnValue:
    """Send a practice report through the form that children use, and pass it on at once."""
    site, now, me = current_site(), now_utc(), signed_in_staff()
    back = ".show_runs" if request.form.get("from") == "practice" else ".show_keys"
    if practice_waits(reports()):
        flash(_("There is a practice report already. Open that one first."))
        return redirect(url_for(back), 303)
    form, report_id = prepare_form(report_site_of(site), PRACTICE, now)
    start_run(school(), report_id, me, site.calendar, now)
    school().commit()  # the report is stored in other sessions, which must not wait for these
    reports().rollback()
    try:
        send_self_test(report_site_of(site), PRACTICE, now, form)
    except SelfTestFailed:
        current_app.logger.error("the report page did not take a practice report")
        cancel_run(school(), report_id)
        school().commit()
        flash(
            _(
                "The report page did not accept it, so a child could not send a report either. Run “kiosk doctor”."
            )
        )
        return redirect(url_for(back), 303)
    pass_on(site, site.databases.reports, now)
    if back == ".show_runs":
        flash(_("Sent. Tell nobody: it counts as seen when somebody other than you opens it."))
    else:
        flash(_("The practice report is in every reader's list now. Open it, then close it."))
    return redirect(url_for(back), 303)


def _promised() -> bool:
    return request.form.get("promise") == "yes"
