"""Telling a colleague in general words what they need to know of a case, and their saying that they have read it."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.incidents.blueprint import acting_now, back_to_case, bp, case_page
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.forms import Filled, looked_mark, read_form
from kiosk.incidents.case.need_to_know import (
    QUESTIONS,
    WORD,
    CannotTellColleague,
    advice_for,
    colleagues,
    mark_as_read,
    may_tell,
    tell_colleague,
)
from kiosk.incidents.case.views.case import log_reading, refuse_closed
from kiosk.incidents.case.views.record_words import frame_of
from kiosk.incidents.case.views.steps import fields_of
from kiosk.incidents.case.views.task_parts import LABELS
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import WHOLE
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_


@case_page("/word", "POST")
def pass_word(found: CaseFile) -> ResponseReturnValue:
    """Tell the colleague, once the writer has seen what to think of; or show the form again."""
    filled = read_form(WORD, QUESTIONS, request.form, {"colleague": colleagues(school(), found.report)})
    refuse_closed(found, filled)
    if filled.errors:
        return write_word(found, filled), 422
    words = filled.values["note"]
    if request.form.get("looked") != looked_mark(words) and advice_for(words, found.report.body):
        # The advice tells whether the note repeats the child's words, so giving it is logged as reading the report.
        log_reading(found, now_utc())
        return write_word(found, filled)
    to_id = uuid.UUID(filled.values["colleague"])
    try:
        tell_colleague(acting_now(), current_site().key, found, to_id, words)
    except CannotTellColleague:
        filled.errors.add(WHOLE, N_("Nobody was told."))
        return write_word(found, filled), 409
    return back_to_case(found, N_("It stands on their first page until they say that they have read it."))


@bp.post("/words/<uuid:word_id>")
@staff_required()
def mark_read(word_id: uuid.UUID) -> ResponseReturnValue:
    """Record that the colleague has read a message; its words are deleted."""
    site = current_site()
    if not mark_as_read(school(), site.key, signed_in_staff(), word_id, site.today()):
        raise NotFound
    school().commit()
    flash(_("Thank you. It is no longer shown to you."))
    return redirect(url_for("staff.home"))


@case_page("/word")
def write_word(found: CaseFile, filled: Filled | None = None) -> str:
    """The form, or why no colleague hears of this case."""
    choices = {"colleague": colleagues(school(), found.report)}
    allowed = may_tell(found, signed_in_staff())
    words = filled.values["note"] if filled and not filled.errors else ""
    return render_template(
        "incidents/case/word.html",
        **frame_of(found, filled, WORD if allowed else ""),
        allowed=allowed,
        fields=list(fields_of(WORD, QUESTIONS, LABELS, choices, filled)),
        found=advice_for(words, found.report.body) if words else [],
        looked=looked_mark(words),
    )
