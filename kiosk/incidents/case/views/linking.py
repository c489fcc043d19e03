"""What is said of a case beside its own log: which kind of risk it is, and which other case it goes with."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import staff_required
from kiosk.incidents.blueprint import NoSuchCase, acting_now, bp
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.forms import LINE_LONGEST, Filled, Question, errors_of, read_form
from kiosk.incidents.case.links import (
    NotTogether,
    WhyNotTogether,
    belong,
    can_be_linked,
    group_of,
    hold_both,
    link,
    part,
)
from kiosk.incidents.case.tags import can_be_tagged, set_tags, tags_in
from kiosk.incidents.case.views.case import case_or_404, refuse_closed
from kiosk.incidents.case.views.record_words import LABELS, not_shown
from kiosk.incidents.case.views.related import WHAT_TAGS_MEAN
from kiosk.incidents.case.views.steps import fields_of
from kiosk.incidents.models import RiskTag
from kiosk.incidents.queue.filters import read_number
from kiosk.roles import READING_ROLES
from kiosk.web.request_sessions import reports, roll_back_both, school
from kiosk.wording.messages import N_


@dataclass(frozen=True)
class TwoCases:
    """A form that asks for the number of another case, and the function that links the two cases."""

    template: str
    question: str
    why_not: Mapping[WhyNotTogether, str]
    done: str
    say: Callable[[Acting, CaseFile, CaseFile], None]

    @property
    def questions(self) -> tuple[Question, ...]:
        """The one question of the form."""
        return (Question("number", self.question, LINE_LONGEST),)


LINK, BELONGS, TAG = "link", "belongs", "tag"
# The same for a number that nobody has and for one that others read (promise S9).
NONE_SUCH = N_("There is no incident with this number that you may read.")
ITSELF = N_("This is the number of the incident itself. Write that of the other one.")
FORMS = {
    LINK: TwoCases(
        "incidents/case/link.html",
        N_("Write the number of the other incident."),
        {
            WhyNotTogether.ITSELF: ITSELF,
            WhyNotTogether.PRACTICE: N_("Practice is linked to nothing: no child sent it."),
            WhyNotTogether.READERS: N_(
                "One of the two is about a grown-up at school. It is linked only to an incident that exactly the same "
                "people may read."
            ),
        },
        N_("Linked. Both logs say so."),
        link,
    ),
    BELONGS: TwoCases(
        "incidents/case/belongs.html",
        N_("Write the number of the incident to which this one belongs."),
        {
            WhyNotTogether.ITSELF: ITSELF,
            WhyNotTogether.PRACTICE: N_("Practice belongs to nothing: no child sent it."),
            WhyNotTogether.CLOSED: N_("That incident is closed. Reopen it first, or link the two."),
            WhyNotTogether.ROUTE: N_(
                "That incident is another kind of report. Link the two, and work on each."
            ),
            WhyNotTogether.READERS: N_(
                "Not exactly the same people may read that incident. Link the two, and work on each."
            ),
            WhyNotTogether.CHAIN: N_(
                "One of the two leads others, or belongs to one already. Write the number of that one."
            ),
        },
        N_("Both logs say so. Close this one into the other whenever you want to."),
        belong,
    ),
}


@bp.get("/incidents/<int:number>/link")
@staff_required(*READING_ROLES)
def show_link(number: int) -> ResponseReturnValue:
    """The form for the number of the other one."""
    return two_page(case_or_404(number), LINK)


@bp.post("/incidents/<int:number>/link")
@staff_required(*READING_ROLES)
def link_to(number: int) -> ResponseReturnValue:
    """Link it to the other one."""
    return _say_of_two(number, LINK)


@bp.get("/incidents/<int:number>/belongs")
@staff_required(*READING_ROLES)
def show_belongs(number: int) -> ResponseReturnValue:
    """The form for the number of the one to which it belongs."""
    return two_page(case_or_404(number), BELONGS)


@bp.post("/incidents/<int:number>/belongs")
@staff_required(*READING_ROLES)
def say_belongs(number: int) -> ResponseReturnValue:
    """Say that it belongs to the other one."""
    return _say_of_two(number, BELONGS)


def _say_of_two(number: int, form: str) -> ResponseReturnValue:
    """Say it in both logs, or show the form again with what to correct."""
    case, asked = case_or_404(number), FORMS[form]
    filled = read_form(form, asked.questions, request.form, {})
    refuse_closed(case, filled)
    if not can_be_linked(case.report):
        return two_page(case, form), 409
    if not filled.errors:
        try:
            case, other = two_held(case, read_number(filled.values["number"]))
            refuse_closed(case, filled)
            asked.say(acting_now(), case, other)
        except NoSuchCase:
            filled.errors.add("number", NONE_SUCH)
        except NotTogether as error:
            filled.errors.add("number", asked.why_not[error.why])
    if filled.errors:
        roll_back_both()
        return two_page(case_or_404(number), form, filled), 422
    school().commit()
    flash(_(asked.done))
    return redirect(url_for(".show", number=number))


@bp.post("/incidents/<int:number>/belongs/undo")
@staff_required(*READING_ROLES)
def part_again(number: int) -> ResponseReturnValue:
    """Say in both logs that it belongs to no other one; said twice, it adds nothing."""
    case, acting = case_or_404(number), acting_now()
    above = group_of(acting, case).belongs_to
    if above:
        case, _above = two_held(case, above.incident.number)
    refuse_closed(case, Filled(BELONGS))
    part(acting, group_of(acting, case))
    school().commit()
    flash(_("It is worked on by itself."))
    return redirect(url_for(".show", number=number))


def two_held(found: CaseFile, there: int) -> tuple[CaseFile, CaseFile]:
    """This case and the one with that number, held in the order in which everybody holds two. Raises NoSuchCase.

    Both are read anew: one may have been handed over, or somebody kept out, until they were held.
    """
    hold_both(school(), found.incident, case_or_404(there).incident)
    reports().rollback()
    return case_or_404(found.incident.number), case_or_404(there)


def two_page(case: CaseFile, form: str, filled: Filled | None = None) -> str:
    """The form for the number, with what was typed."""
    asked = FORMS[form]
    return render_template(
        asked.template,
        number=case.incident.number,
        offered=can_be_linked(case.report),
        closed=case.incident.closed_at is not None,
        fields=list(fields_of(form, asked.questions, LABELS, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        written=not_shown(filled, "" if case.incident.closed_at else form),
    )


@bp.get("/incidents/<int:number>/tags")
@staff_required(*READING_ROLES)
def show_tags(number: int) -> ResponseReturnValue:
    """The four kinds; those that were said before are ticked, none otherwise."""
    return tags_page(case_or_404(number))


@bp.post("/incidents/<int:number>/tags")
@staff_required(*READING_ROLES)
def tag(number: int) -> ResponseReturnValue:
    """Write it in the log, in place of what was said before."""
    found = case_or_404(number, for_update=True)
    if not can_be_tagged(found.report.route.id):
        return tags_page(found), 409
    tags = [one for one in RiskTag if one.value in request.form.getlist(TAG)]
    filled = Filled(TAG, errors=errors_of(TAG))
    if not tags:
        filled.errors.add(TAG, N_("Tick at least one."))
        return tags_page(found, filled), 422
    refuse_closed(found, filled)
    set_tags(acting_now(), found, tags)
    school().commit()
    flash(_("Written in the log."))
    return redirect(url_for(".show", number=number))


def tags_page(
    found: CaseFile, filled: Filled | None = None, ticked: Collection[RiskTag] | None = None
) -> str:
    """The four kinds; ticked are these, or those that the log says."""
    if ticked is None:
        ticked = [] if filled else tags_in(found)
    return render_template(
        "incidents/case/tags.html",
        number=found.incident.number,
        offered=can_be_tagged(found.report.route.id),
        closed=found.incident.closed_at is not None,
        options=[(one.value, _(words), one in ticked) for one, words in WHAT_TAGS_MEAN.items()],
        error=filled.errors.for_field(TAG) if filled else "",
        errors=filled.errors.summary() if filled else [],
    )
