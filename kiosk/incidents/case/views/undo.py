"""Taking back what one wrote within the last minute: what was typed stands in its form again."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.incidents.blueprint import NoSuchCase, acting_now, case_or_404, case_page, left_alone, read_anew
from kiosk.incidents.case.case_file import CaseFile, IncidentClosed
from kiosk.incidents.case.forms import Filled
from kiosk.incidents.case.links import linked_number
from kiosk.incidents.case.tags import tags_of_note
from kiosk.incidents.case.tasks import TASK
from kiosk.incidents.case.undo import NotTakenBack, WrittenLine, other_end, own_line, take_back
from kiosk.incidents.case.views.acting import kept_choices, read_again
from kiosk.incidents.case.views.case import show_case
from kiosk.incidents.case.views.linking import LINK, show_other, show_tags, two_held
from kiosk.incidents.case.views.record_words import KIND_OF
from kiosk.incidents.case.views.recording import FORM as ANSWERED
from kiosk.incidents.case.views.recording import show_complaint, show_record
from kiosk.incidents.case_log.entries import answers_in, taken_back
from kiosk.incidents.models import Act
from kiosk.site import current_site
from kiosk.web.request_sessions import commit_both


@case_page("/back/<uuid:line_id>", "POST")
def take_line_back(found: CaseFile, line_id: uuid.UUID) -> ResponseReturnValue:
    """Take back a line of one's own, once however often it is sent; or say in words why it stays."""
    number = found.incident.number
    written, other = _locked_line_and_other_end(found, line_id)
    if written.line.id not in taken_back(written.case.log, written.case.report.case_keys):
        try:
            take_back(acting_now(), current_site().key, written, other)
        except IncidentClosed:
            return left_alone(number, _("Nothing was changed: somebody closed this in the meantime."))
        except NotTakenBack as error:
            return left_alone(number, _(str(error)))
        commit_both()
    held = kept_choices(case_or_404(number, for_update=True))  # last: what is taken back is the newest line
    return _form_again(held, written)


def _locked_line_and_other_end(found: CaseFile, line_id: uuid.UUID) -> tuple[WrittenLine, WrittenLine | None]:
    """One's own line and, if it links cases, its counterpart; locks both cases. NoSuchCase for any other line."""
    staff = signed_in_staff()
    written = own_line(found, staff, line_id)
    if written is None:
        raise NoSuchCase
    there = linked_number(written.line, found.report)
    if there is None:
        return written, None
    here, other = two_held(read_anew(found), there)  # in the order in which everybody holds two
    written = own_line(here, staff, line_id)
    if written is None:
        raise NoSuchCase
    return written, other_end(written, other)


def _form_again(found: CaseFile, written: WrittenLine) -> ResponseReturnValue:
    """The form of the undone line with what was typed, as after a mistake; the case, if nothing was typed."""
    act, note = written.line.act, written.note or ""
    values = dict(answers_in(note))
    if act in (Act.RANG, Act.TICKED, Act.TASK_DONE):
        flash(_("Taken back. It stays in the log, struck through."))
        return redirect(url_for(".show", number=found.incident.number))
    flash(
        _(
            "Taken back. It stays in the log, struck through. What you wrote is in the form again, and is not sent."
        )
    )
    match act:
        case Act.TAGGED:
            return show_tags(found, ticked=tags_of_note(note))
        case Act.LINKED:
            return show_other(found, LINK, Filled(LINK, {"number": note}))
        case Act.TASK_SET:
            return show_case(read_again(found), Filled(TASK, values))
        case Act.ANSWERED:
            return show_complaint(found, Filled(ANSWERED, values))
    kind = KIND_OF[act]
    return show_record(found, kind, Filled(kind, values))
