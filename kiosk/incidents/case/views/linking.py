"""What is said of a case beside its own log: which kind of risk it is, and which other case it goes with."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.incidents.blueprint import NoSuchCase, acting_now, back_to_case, case_or_404, case_page, read_anew
from kiosk.incidents.case import links
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.forms import LINE_LONGEST, Filled, Question, errors_of, read_form
from kiosk.incidents.case.tags import can_be_tagged, set_tags, tags_in
from kiosk.incidents.case.views.acting import group_held, keeps_choices
from kiosk.incidents.case.views.case import refuse_closed
from kiosk.incidents.case.views.record_words import LABELS, frame_of
from kiosk.incidents.case.views.related import WHAT_TAGS_MEAN
from kiosk.incidents.case.views.steps import fields_of
from kiosk.incidents.models import RiskTag
from kiosk.incidents.queue.filters import read_number
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_


@dataclass(frozen=True)
class TwoCases:
    """A form that asks for the number of another case, and the function that links the two cases."""

    template: str
    question: Question
    done: str
    say: Callable[[Acting, CaseFile, CaseFile], None]


LINK, BELONGS, TAG = "link", "belongs", "tag"
# The same for a number that nobody has and for one that others read (promise S9).
NONE_SUCH = N_("There is no case with this number that you may read.")
FORMS = {
    LINK: TwoCases(
        "incidents/case/link.html",
        Question("number", N_("Write the number of the other case."), LINE_LONGEST),
        N_("Linked. Both logs say so."),
        links.link_cases,
    ),
    BELONGS: TwoCases(
        "incidents/case/belongs.html",
        Question("number", N_("Write the number of the case to which this one belongs."), LINE_LONGEST),
        N_("Both logs say so. Close this one into the other whenever you want to."),
        links.record_belonging,
    ),
}


@case_page(f"/<any({LINK},{BELONGS}):form>", "POST", held=False)
def say_of_two(case: CaseFile, form: str) -> ResponseReturnValue:
    """Link two cases in both logs, or show the form again with what to correct."""
    asked = FORMS[form]
    filled = read_form(form, [asked.question], request.form, {})
    refuse_closed(case, filled)
    if not filled.errors:
        try:
            case, other = two_held(case, read_number(filled.values["number"]))
            refuse_closed(case, filled)
            asked.say(acting_now(), case, other)
        except NoSuchCase:
            filled.errors.add("number", NONE_SUCH)
        except links.CannotLink as error:
            filled.errors.add("number", str(error))
    if filled.errors:
        return show_other(read_anew(case), form, filled), 422
    return back_to_case(case, asked.done)


@case_page("/belongs/undo", "POST")
@keeps_choices
def part_again(case: CaseFile) -> ResponseReturnValue:
    """Record in both logs that the case belongs to no other; doing so twice adds nothing."""
    group = group_held(case)
    refuse_closed(group.case, Filled(BELONGS))
    links.record_parting(acting_now(), group)
    return back_to_case(group.case, N_("It is worked on by itself."))


def two_held(found: CaseFile, there: int) -> tuple[CaseFile, CaseFile]:
    """This case and the one with that number, held in the order in which everybody holds two. Raises NoSuchCase.

    Both are read anew: one may have been handed over, or somebody kept out, until they were held.
    """
    links.hold_cases(school(), [found.incident.id, case_or_404(there).incident.id])
    reports().rollback()
    return case_or_404(found.incident.number), case_or_404(there)


@case_page(f"/<any({LINK},{BELONGS}):form>")
def show_other(case: CaseFile, form: str, filled: Filled | None = None) -> str:
    """The form for the number of the other case, with what was typed."""
    asked = FORMS[form]
    return render_template(
        asked.template,
        **frame_of(case, filled, form),
        fields=list(fields_of(form, [asked.question], LABELS, {}, filled)),
    )


@case_page("/tags", "POST")
def tag(found: CaseFile) -> ResponseReturnValue:
    """Record in the log which kinds of risk the case is about, in place of earlier tags."""
    if not can_be_tagged(found.report.route.id):
        return show_tags(found), 409
    tags = [one for one in RiskTag if one.value in request.form.getlist(TAG)]
    filled = Filled(TAG, errors=errors_of(TAG))
    if not tags:
        filled.errors.add(TAG, N_("Tick at least one."))
        return show_tags(found, filled), 422
    refuse_closed(found, filled)
    set_tags(acting_now(), found, tags)
    return back_to_case(found)


@case_page("/tags")
def show_tags(
    found: CaseFile, filled: Filled | None = None, ticked: Collection[RiskTag] | None = None
) -> str:
    """The form for the four kinds of risk, with these ticked, or else those in the log."""
    if ticked is None:
        ticked = [] if filled else tags_in(found)
    return render_template(
        "incidents/case/tags.html",
        **frame_of(found, filled, TAG),
        offered=can_be_tagged(found.report.route.id),
        options=[(one.value, _(words), one in ticked) for one, words in WHAT_TAGS_MEAN.items()],
        error=filled.errors.for_field(TAG) if filled else "",
    )
