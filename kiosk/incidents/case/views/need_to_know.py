"""Telling a colleague in general words what they need to know, the answer, and an address for the filter desk."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.incidents.blueprint import acting_now, back_to_case, bp, case_page, looking_now
from kiosk.incidents.case.addresses import (
    ADDRESS,
    ADDRESS_QUESTIONS,
    can_give,
    give_address,
    may_leave,
    site_in,
)
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.forms import Filled, looked_mark, read_form
from kiosk.incidents.case.need_to_know import (
    ANSWER,
    ANSWER_QUESTIONS,
    NOT_PASSED_ON,
    QUESTIONS,
    WORD,
    WORD_ANSWERS,
    CannotTellColleague,
    Message,
    advice_for,
    answer_message,
    colleagues,
    may_tell,
    must_stay,
    tell_colleague,
    unread_messages,
)
from kiosk.incidents.case.views.case import log_reading, refuse_closed
from kiosk.incidents.case.views.record_words import LABELS, frame_of
from kiosk.incidents.case.views.steps import fields_of
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import WHOLE
from kiosk.web.request_sessions import commit_both, school
from kiosk.wording.messages import N_


@case_page("/word", "POST")
def pass_word(found: CaseFile) -> ResponseReturnValue:
    """Tell the colleague, once the writer has seen what to think of; or show the form again."""
    filled = read_form(WORD, QUESTIONS, request.form, {"colleague": colleagues(school(), found.report)})
    refuse_closed(found, filled)
    words = filled.values["note"]
    if must_stay(words, found.report.body):
        log_reading(found, now_utc())  # it tells what the report says
        filled.errors.add("note", NOT_PASSED_ON)
    if filled.errors:
        return write_word(found, filled), 422
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
    """Record that the colleague has read a message, and pass the answer back; its words are deleted."""
    message = _message(word_id)
    filled = read_form(ANSWER, ANSWER_QUESTIONS, request.form, {ANSWER: WORD_ANSWERS})
    values = filled.values
    if message and values[ANSWER] == "cannot" and not values["note"]:
        filled.errors.add("note", N_("Write why."))
    if message and message.words and filled.errors:
        return show_message(word_id, filled), 422
    if not answer_message(looking_now(), current_site().key, word_id, values[ANSWER], values["note"]):
        raise NotFound
    commit_both()
    flash(_("Thank you. It is no longer shown to you."))
    return redirect(url_for("staff.home"))


@bp.get("/words/<uuid:word_id>")
@staff_required()
def show_message(word_id: uuid.UUID, filled: Filled | None = None) -> str:
    """What this person was told, and the form for an answer."""
    message = _message(word_id)
    if message is None:
        raise NotFound
    choices = {ANSWER: {value: str(_(words)) for value, words in WORD_ANSWERS.items()}}
    return render_template(
        "incidents/case/message.html",
        message=message,
        fields=list(fields_of(ANSWER, ANSWER_QUESTIONS, LABELS, choices, filled)),
        errors=filled.errors.summary() if filled else [],
    )


def _message(word_id: uuid.UUID) -> Message | None:
    found = unread_messages(school(), current_site().key, signed_in_staff())
    return next((one for one in found if one.id == word_id), None)


@case_page("/address", "POST")
def give_to_desk(found: CaseFile) -> ResponseReturnValue:
    """Give the address to the filter desk, or show the form again."""
    filled = read_form(ADDRESS, ADDRESS_QUESTIONS, request.form, {})
    refuse_closed(found, filled)
    if filled.values[ADDRESS] and not may_leave(filled.values[ADDRESS], found):
        filled.errors.add(ADDRESS, N_("Only a web address, please, and no name of a child."))
    if filled.errors:
        return write_address(found, filled), 422
    try:
        give_address(acting_now(), found, filled.values[ADDRESS])
    except CannotTellColleague:
        filled.errors.add(WHOLE, N_("Nobody was told."))
        return write_address(found, filled), 409
    return back_to_case(found, N_("It is at the filter desk, for whoever may read this case."))


@case_page("/address")
def write_address(found: CaseFile, filled: Filled | None = None) -> str:
    """The form that gives an address to the filter desk, or why nobody gets it."""
    log_reading(found, now_utc())  # the site that the child named stands in the form
    allowed = can_give(school(), found, current_site().today())
    starts = {ADDRESS: site_in(found.report.body.get("address", ""))}
    return render_template(
        "incidents/case/address.html",
        **frame_of(found, filled, ADDRESS if allowed else ""),
        allowed=allowed,
        fields=list(fields_of(ADDRESS, ADDRESS_QUESTIONS, LABELS, {}, filled, starts)),
    )


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
