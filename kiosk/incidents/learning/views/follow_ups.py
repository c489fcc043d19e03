"""The page of what the school changes after incidents."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from kiosk.accounts.sign_in.login import may_open, signed_in_staff, staff_required
from kiosk.incidents.blueprint import bp
from kiosk.incidents.case.views.record_words import lesson_words
from kiosk.incidents.learning.follow_ups import changes_for, set_done
from kiosk.site import current_site
from kiosk.web.request_sessions import reports, school
from kiosk.wording.words import date_words


@bp.get("/incidents/changes")
@staff_required()
def show_changes() -> ResponseReturnValue:
    """The list of changes after incidents: what, who sees to it, and whether it is done."""
    today = current_site().today()
    lessons = current_site().lessons
    rows = [
        (
            one,
            lessons.get(one.lesson_id or ""),
            date_words(one.due_on, today),
            date_words(one.done_on, today) if one.done_on else "",
        )
        for one in changes_for(school(), reports(), signed_in_staff())
    ]
    return render_template(
        "incidents/learning/changes.html",
        rows=rows,
        today=today,
        lesson_words=lesson_words,
        sees_learning=may_open(signed_in_staff(), "oversight.learning"),
    )


@bp.post("/incidents/changes/<uuid:change_id>")
@staff_required()
def mark_change(change_id: uuid.UUID) -> ResponseReturnValue:
    """Mark a change as done, or as not done."""
    done_on = current_site().today() if request.form.get("done") == "yes" else None
    if not set_done(school(), reports(), signed_in_staff(), change_id, done_on):
        raise NotFound
    school().commit()
    flash(_("Done. It stays in the list.") if done_on else _("It is open again."))
    return redirect(url_for(".show_changes"))
