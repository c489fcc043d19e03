"""The programme: what is planned for each year and what came of it, planning, and setting what is missing."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk.accounts.classes.access import SEE_PROGRESS, classes_to_look_at, year_order
from kiosk.accounts.sign_in.login import may_open, signed_in_staff, staff_required
from kiosk.lessons.lesson import Lesson, lessons_for
from kiosk.lessons.year_plan import HALF_TERMS, Plan
from kiosk.oversight.coverage import STRAND_WORDS
from kiosk.oversight.programme import (
    STATE_WORDS,
    HalfTerm,
    PlannedState,
    YearProgramme,
    adopt_plans,
    current_half,
    half_terms,
    offered_plans,
    plans,
    save_plan,
    set_half,
)
from kiosk.oversight.programme import programme as programme_of
from kiosk.oversight.views.blueprint import bp
from kiosk.oversight.views.coverage import age_words
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import year_words

PLANNERS = (Role.COORDINATOR, Role.PRINCIPAL)
NOT_PLANNED = ""
# What a term is called where the calendar does not name it.
USUAL_TERMS = (N_("Autumn term"), N_("Spring term"), N_("Summer term"))


@bp.get("/programme")
@staff_required(*SEE_PROGRESS)
def programme() -> ResponseReturnValue:
    """What is planned for the years of my classes, or of every class, and what is taught and missing."""
    found, halves, today = _programmes(), listed_half_terms(), current_site().today()
    now = current_half(halves, today)
    return render_template(
        "oversight/programme.html",
        found=found,
        now=half_words(now) if now else "",
        half_words=half_words,
        state_words=STATE_WORDS,
        missing=sum(year.count(PlannedState.MISSING) for year in found),
        may_plan=may_open(signed_in_staff(), "oversight.plan_year"),
        has_days=any(half.first for half in halves),
    )


@bp.post("/programme/set")
@staff_required(*PLANNERS)
def set_half_term() -> ResponseReturnValue:
    """Set what is planned until now and missing, for every class; tapped twice it is done once."""
    today = current_site().today()
    now = current_half(listed_half_terms(), today)
    count = set_half(school(), _programmes(), now, today) if now else 0
    school().commit()
    flash(
        ngettext("%(num)d lesson was set.", "%(num)d lessons were set.", count)
        if count
        else _("Nothing was missing.")
    )
    return redirect(url_for(".programme"), 303)


@bp.get("/programme/offered")
@staff_required(*PLANNERS)
def offered_year() -> ResponseReturnValue:
    """kiosk's plan for every year of the school, to look at; nothing is kept yet."""
    lessons, years, standing = current_site().lessons, _years(), plans(school())
    offered = _offered(years)
    rows = {
        year: [
            (half_words(half), ", ".join(lessons[id].title for id in plan if plan[id] == half.number))
            for half in listed_half_terms()[:HALF_TERMS]
        ]
        for year, plan in offered.items()
    }
    return render_template(
        "oversight/plan_offered.html",
        years=years,
        rows=rows,
        standing=standing,
        kept=[year for year, plan in offered.items() if standing.get(year) == plan],
    )


@bp.post("/programme/offered")
@staff_required(*PLANNERS)
def adopt_offered() -> ResponseReturnValue:
    """Keep kiosk's plan for the years that were ticked; one that stands only where its page said that it goes."""
    ticked, replaced = request.form.getlist("year"), request.form.getlist("replace")
    kept = adopt_plans(school(), _offered(_years()), ticked, replaced)
    school().commit()
    flash(
        _("kiosk’s plan is kept for: %(years)s.", years=", ".join(map(year_words, kept)))
        if kept
        else _("Nothing was changed.")
    )
    return redirect(url_for(".programme"), 303)


@bp.get("/programme/plan")
@staff_required(*PLANNERS)
def plan_year() -> ResponseReturnValue:
    """The plan of one year: a half-term for each lesson."""
    year = _year_or_404()
    return _plan_form(year, plans(school()).get(year.year, {}))


@bp.post("/programme/plan")
@staff_required(*PLANNERS)
def save_year() -> ResponseReturnValue:
    """Save the plan of a year; an unknown half-term is shown as a mistake beside its lesson, and nothing is lost."""
    year = _year_or_404()
    known = {value for value, _words in _half_choices(year)}
    sent = {id: request.form.get(f"half-{id}", NOT_PLANNED) for id in current_site().lessons}
    wrong = [id for id, half in sent.items() if half not in known]
    plan = {id: int(half) for id, half in sent.items() if half != NOT_PLANNED and id not in wrong}
    if wrong:
        return _plan_form(year, plan, wrong), 422
    save_plan(school(), year.year, plan)
    school().commit()
    flash(_("The plan of %(year)s is kept.", year=year_words(year.year)))
    return redirect(url_for(".programme"), 303)


def half_words(half: HalfTerm) -> str:
    """'Autumn term, first half', also where the calendar lists nothing; a short term has the name that it has there."""
    if half.name and not half.part:
        return half.name
    if not half.name and half.number > HALF_TERMS:
        return str(_("Half-term %(number)d", number=half.number))
    term = half.name or _(USUAL_TERMS[(half.number - 1) // 2])
    if (half.part or 2 - half.number % 2) == 1:
        return str(_("%(term)s, first half", term=term))
    return str(_("%(term)s, second half", term=term))


def listed_half_terms() -> tuple[HalfTerm, ...]:
    """The half-terms of this school year, as the calendar lists them."""
    site = current_site()
    return half_terms(site.term_dates.written.terms, site.calendar, site.today())


def _programmes() -> list[YearProgramme]:
    site = current_site()
    classes = classes_to_look_at(school(), signed_in_staff())
    return programme_of(school(), classes, site.lessons, listed_half_terms(), site.today())


def _years() -> list[str]:
    classes = classes_to_look_at(school(), signed_in_staff())
    return sorted({group.year for group in classes}, key=year_order)


def _offered(years: list[str]) -> dict[str, Plan]:
    return offered_plans(current_site().year_plans, current_site().lessons, years)


def _year_or_404() -> YearProgramme:
    asked = request.args.get("year", "")
    return or_404(next((year for year in _programmes() if year.year == asked), None))


def _own_lessons(year: YearProgramme) -> list[Lesson]:
    """The lessons for the classes of a year group, without those that are retired."""
    known = [one for one in current_site().lessons.values() if one.status != "retired"]
    return list({one.id: one for group in year.classes for one in lessons_for(group, known)}.values())


def _half_choices(year: YearProgramme) -> list[tuple[str, str]]:
    halves = listed_half_terms()
    last = max([len(halves), *(one.half.number for one in year.lessons)])
    listed = [*halves, *(HalfTerm(number) for number in range(len(halves) + 1, last + 1))]
    return [(NOT_PLANNED, _("Not planned")), *((str(half.number), half_words(half)) for half in listed)]


def _plan_form(year: YearProgramme, plan: Plan, wrong: list[str] | None = None) -> str:
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
        choices=_half_choices(year),
        plan={id: str(half) for id, half in plan.items()},
        wrong=wrong or [],
        titles={id: one.title for id, one in lessons.items()},
        strand_words=STRAND_WORDS,
        ages=age_words,
    )
