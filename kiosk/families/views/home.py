"""The start for families: which year, and the question of its lesson."""

from collections.abc import Mapping

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import open_to_all
from kiosk.families.plan import YEARS, Planned, ages, find_lesson, plan_of, planned, years_of
from kiosk.families.views.blueprint import bp
from kiosk.lessons.views.blueprint import in_language
from kiosk.lessons.year_plan import Plan
from kiosk.oversight.programme import plans
from kiosk.oversight.views.programme import listed_half_terms
from kiosk.site import current_site
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.web.request_sessions import school

NOT_FOUND = 404


@bp.get("/")
@open_to_all
def home() -> ResponseReturnValue:
    """Which year is your child in?"""
    return which_year()


@bp.get("/<string(maxlength=2):year>")
@open_to_all
def home_of_year(year: str) -> ResponseReturnValue:
    """The question to ask at tea, of this half-term's lesson; the years, where there is no such year."""
    if year not in YEARS:
        return which_year(), NOT_FOUND
    found = lesson_of(year)
    lesson = in_language(found.lesson) if found else None
    return render_template("families/home.html", year=year, found=found, lesson=lesson)


def which_year() -> str:
    """The page with the years that the school has, and the age beside each."""
    return render_template("families/which_year.html", years=[(year, ages(year)) for year in years_here()])


def lesson_of(year: str) -> Planned | None:
    """What families of a year find now."""
    return find_lesson(plan_for(year), listed_half_terms(), current_site().today())


def plan_for(year: str) -> list[Planned]:
    """What is planned for a year, as far as children may open it."""
    site = current_site()
    return planned(plan_of(year, _own_plans(), site.year_plans), site.open_lessons, listed_half_terms())


def years_here() -> list[str]:
    """The years of the school; all while its database is away."""
    try:
        return years_of(school().scalars(select(ClassGroup.year).distinct()))
    except DATABASE_ERRORS:
        return years_of(())


def _own_plans() -> Mapping[str, Plan]:
    """What the school has planned itself; nothing while its database is away."""
    try:
        return plans(school())
    except DATABASE_ERRORS:
        return {}
