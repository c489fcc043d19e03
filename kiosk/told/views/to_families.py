"""Notices to families, for whoever publishes them: how far each is, and on which days families were told."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import SEE_ALL_PROGRESS
from kiosk.accounts.sign_in.login import acting_staff, staff_required
from kiosk.conduct.views.blueprint import language_name
from kiosk.content.language import ENGLISH
from kiosk.site import current_site
from kiosk.told.family_notice import FamilyNotice
from kiosk.told.family_notices import (
    Key,
    Telling,
    Told,
    approval_key,
    publish,
    tell_again,
    told_versions,
)
from kiosk.told.views.own import bp
from kiosk.web.errors import or_404
from kiosk.web.request_sessions import school
from kiosk.wording.messages import Refused, say


@bp.get("/notices/families")
@staff_required(*SEE_ALL_PROGRESS)
def to_families() -> ResponseReturnValue:
    """Every notice to families, with what can be done about it."""
    return _list_page()


@bp.post("/notices/families/<notice_id>/<lang>")
@staff_required(*SEE_ALL_PROGRESS)
def tell_families(notice_id: str, lang: str) -> ResponseReturnValue:
    """Publish the newest version today, or write down that families are told once more."""
    site = current_site()
    notice = or_404(site.family_notices.get((notice_id, lang)))
    digest = request.form.get("digest", "")[:16]
    one = Telling(acting_staff(), site.today(), digest, site.in_use.approved)
    try:
        if request.form.get("again") and lang == ENGLISH:
            tell_again(school(), notice, one)
        else:
            publish(school(), notice, one)
    except Refused as refused:
        school().rollback()
        return _list_page(say(refused.message)), 422
    school().commit()
    flash(_("Families are told, from today. Where it asks something of them, send its slip today too."))
    return redirect(url_for(".to_families"), 303)


def _list_page(error: str = "") -> str:
    site = current_site()
    told = told_versions(school())
    return render_template(
        "told/to_families.html",
        lines=[_line(one, told) for one in site.family_notices.values()],
        today=site.today(),
        error=error,
    )


def _line(notice: FamilyNotice, told: Mapping[Key, Told]) -> dict[str, Any]:
    """A notice in one language as the page lists it; `before`: the last day on which an older version was told."""
    what, _slash, item = approval_key(notice).partition("/")
    number = notice.newest.number
    known = {of: one for (id, lang, of), one in told.items() if (id, lang) == (notice.id, notice.lang)}
    return {
        "notice": notice,
        "language": language_name(notice.lang),
        "what": what,
        "item": item,
        "approved": approval_key(notice) in current_site().in_use.approved,
        "told": known.get(number),
        "before": max((one.told_on for of, one in known.items() if of < number), default=None),
    }
