"""The termly programme: what is planned for each year and what came of it, planning, and setting what is missing."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk.accounts.classes.access import SEE_PROGRESS, classes_to_look_at
from kiosk.accounts.sign_in.login import may_open, signed_in_staff, staff_required
from kiosk.lessons.lesson import Lesson, lessons_for
from kiosk.oversight.coverage import STRAND_WORDS
from kiosk.oversight.programme import (
    STATE_WORDS,
    PlannedState,
    YearProgramme,
    YearTerm,
    current_term,
    plans,
    save_plan,
    set_term,
    suggest_plan,
    terms_of_year,
)
from kiosk.oversight.programme import programme as programme_of
from kiosk.oversight.views.blueprint import bp
from kiosk.oversight.views.coverage import age_words
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.request_sessions import school
from kiosk.wording.words import year_words

PLANNERS = (Role.COORDINATOR, Role.PRINCIPAL)
NO_TERM = ""


@bp.get("/programme")
@staff_required(*SEE_PROGRESS)
def programme() -> ResponseReturnValue:
    """What is planned for the years of my classes, or of every class, and what is taught and missing."""
    found, terms, today = _programmes(), _terms_of_year(), current_site().today()
    now = current_term(terms, today)
    return render_template(
        "oversight/programme.html",
        found=found,
        now=term_words(now) if now else "",
        term_words=term_words,
        state_words=STATE_WORDS,
        missing=sum(year.count(PlannedState.MISSING) for year in found),
        may_plan=may_open(signed_in_staff(), "oversight.plan_year"),
        has_days=any(term.first for term in terms),
    )


@bp.post("/programme/set")
@staff_required(*PLANNERS)
def set_term_lessons() -> ResponseReturnValue:
    """Set what is planned until now and missing, for every class; tapped twice it is done once."""
    today = current_site().today()
    now = current_term(_terms_of_year(), today)
    count = set_term(school(), _programmes(), now, today) if now else 0
    school().commit()
    flash(
        ngettext("%(num)d lesson was set.", "%(num)d lessons were set.", count)
        if count
        else _("Nothing was missing.")
    )
    return redirect(url_for(".programme"), 303)


@bp.get("/programme/plan")
@staff_required(*PLANNERS)
def plan_year() -> ResponseReturnValue:
    """The plan of one year: a term for each lesson; with `spread`, a proposal that nobody has saved yet."""
    year, known = _year_or_404(), plans(school())
    plan = known.get(year.year, {})
    if request.args.get("spread"):
        elsewhere = {other: planned for other, planned in known.items() if other != year.year}
        plan = suggest_plan(_own_lessons(year), elsewhere, len(_terms_of_year()))
    return _plan_form(year, plan)


@bp.post("/programme/plan")
@staff_required(*PLANNERS)
def save_year() -> ResponseReturnValue:
    """Save the plan of a year; an unknown term is shown as a mistake beside its lesson, and nothing is lost."""
    year = _year_or_404()
    terms = len(_term_choices(year)) - 1
    sent = {id: request.form.get(f"term-{id}", NO_TERM) for id in current_site().lessons}
    wrong = [id for id, term in sent.items() if term not in {NO_TERM, *map(str, range(1, terms + 1))}]
    plan = {id: int(term) for id, term in sent.items() if term != NO_TERM and id not in wrong}
    if wrong:
        return _plan_form(year, plan, wrong), 422
    save_plan(school(), year.year, plan)
    school().commit()
    flash(_("The plan of %(year)s is kept.", year=year_words(year.year)))
    return redirect(url_for(".programme"), 303)


def term_words(term: YearTerm) -> str:
    """'Autumn term 1', or 'Term 1' where the calendar names none."""
    return term.name or str(_("Term %(number)d", number=term.number))


def _terms_of_year() -> tuple[YearTerm, ...]:
    return terms_of_year(current_site().term_dates.written.terms, current_site().today())


def _programmes() -> list[YearProgramme]:
    site = current_site()
    classes = classes_to_look_at(school(), signed_in_staff())
    return programme_of(school(), classes, site.lessons, _terms_of_year(), site.today())


def _year_or_404() -> YearProgramme:
    asked = request.args.get("year", "")
    return or_404(next((year for year in _programmes() if year.year == asked), None))


def _own_lessons(year: YearProgramme) -> list[Lesson]:
    """The lessons for the classes of a year group, without those that are retired."""
    known = [one for one in current_site().lessons.values() if one.status != "retired"]
    return list({one.id: one for group in year.classes for one in lessons_for(group, known)}.values())


def _term_choices(year: YearProgramme) -> list[tuple[str, str]]:
    terms = _terms_of_year()
    last = max([len(terms), *(one.term.number for one in year.lessons)])
    listed = [*terms, *(YearTerm(number) for number in range(len(terms) + 1, last + 1))]
    return [(NO_TERM, _("Not planned")), *((str(term.number), term_words(term)) for term in listed)]


def _plan_form(year: YearProgramme, plan: dict[str, int], wrong: list[str] | None = None) -> str:
    own = _own_lessons(year)
    lessons = current_site().lessons
    others = [
        one for one in lessons.values() if one not in own and (one.status != "retired" or one.id in plan)
    ]
    return render_template(
        "oversight/plan_year.html",
        year=year.year,
        own=own,
        others=others,
        others_open=any(one.id in plan for one in others),
        choices=_term_choices(year),
        plan={id: str(term) for id, term in plan.items()},
        wrong=wrong or [],
        titles={id: one.title for id, one in lessons.items()},
        strand_words=STRAND_WORDS,
        ages=age_words,
    )
