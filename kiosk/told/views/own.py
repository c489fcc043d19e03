"""What a member of staff is told at sign-in and acknowledges, and how far a class is with "how to tell"."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.blueprints import monitoring_notice
from kiosk.accounts.classes.access import sees_all_progress
from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.site import current_site
from kiosk.told.acknowledging import acknowledge
from kiosk.told.in_class import TellingInClass, telling_progress
from kiosk.told.models import StaffTopic
from kiosk.told.present import acknowledged_state, present_versions, still_due
from kiosk.web.errors import NotFound
from kiosk.web.i18n import site_part
from kiosk.web.request_sessions import school
from kiosk.wording.messages import Refused, say

bp = Blueprint("told", __name__, url_prefix="/staff")
READ_LATER = "told_later"  # in the session: not before the next sign-in


def telling_of(group: ClassGroup) -> TellingInClass:
    """How far a class is with "how to tell" this term."""
    site = current_site()
    return telling_progress(school(), [group], site.lessons, site.term_began())[0]


def class_context() -> dict[str, Any]:
    """`telling_of` for the page of a class, which stands below this part."""
    return {"telling_of": telling_of} if site_part() == "staff" else {}


def due_for(staff: StaffMember) -> list[StaffTopic]:
    """What this person still has to acknowledge."""
    site = current_site()
    state = acknowledged_state(school(), staff, site.codes)
    return still_due(state, present_versions(site.notices, site.codes), site.today())


@bp.get("/notices")
@staff_required()
def show() -> ResponseReturnValue:
    """The notice about monitoring, what to do when a child tells, and the policy: each with what is acknowledged."""
    return _own_page()


@bp.post("/notices/later")
@staff_required()
def later() -> ResponseReturnValue:
    """Not now: the home page comes first, and says what is still to be read."""
    session[READ_LATER] = True
    return redirect(url_for("staff.home"), 303)


@bp.post("/notices/<subject>")
@staff_required()
def read(subject: str) -> ResponseReturnValue:
    """Acknowledge one of them, in the version that was shown; always for oneself."""
    if subject not in set(StaffTopic):
        raise NotFound
    site, shown = current_site(), request.form.get("version", "")
    present = present_versions(site.notices, site.codes)[StaffTopic(subject)]
    version = int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 6 else 0
    try:
        acknowledge(school(), signed_in_staff(), StaffTopic(subject), version, present, site.today())
    except Refused as refused:
        return _own_page(StaffTopic(subject), say(refused.message)), 409
    school().commit()
    if not due_for(signed_in_staff()):
        flash(_("You have read everything that staff are told. Thank you."))
        return redirect(url_for("staff.home"), 303)
    return redirect(url_for(".show"), 303)


def _own_page(wrong: StaffTopic | None = None, error: str = "") -> str:
    site, me = current_site(), signed_in_staff()
    state = acknowledged_state(school(), me, site.codes)
    present = present_versions(site.notices, site.codes)
    telling = site.notices.get("telling-staff")
    return render_template(
        "told/own.html",
        **monitoring_notice("monitoring-staff"),
        telling=telling,
        telling_lines=[text for key, text in telling.text.items() if key != "title"],
        code=site.codes["staff", "en"],
        policy=site.articles.get("policy", "en"),
        state=state,
        present=present,
        due=still_due(state, present, site.today()),
        Told=StaffTopic,
        wrong=wrong,
        error=error,
        sees_everybody=sees_all_progress(me),
    )
