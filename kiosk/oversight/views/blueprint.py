"""The blueprint that the pages of oversight share, and what they need from the app."""

import uuid
from datetime import date

from flask import Blueprint, Response, current_app, request
from flask_babel import gettext as _

from kiosk.accounts.models import ClassGroup
from kiosk.calendar.school import SchoolCalendar
from kiosk.conduct.code import Codes
from kiosk.csv import csv_bytes
from kiosk.db import now_utc
from kiosk.errors import NotFound
from kiosk.facts import Facts
from kiosk.lessons.lesson import Lesson
from kiosk.quizzes.misconception import Misconception
from kiosk.quizzes.quiz import Quiz

bp = Blueprint("oversight", __name__, url_prefix="/staff")


def lessons() -> dict[str, Lesson]:
    """Every lesson by its id."""
    found: dict[str, Lesson] = current_app.extensions["kiosk.lessons"]
    return found


def quizzes() -> dict[str, Quiz]:
    """Every quiz by its id."""
    found: dict[str, Quiz] = current_app.extensions["kiosk.quizzes"]
    return found


def misconceptions() -> dict[str, Misconception]:
    """Every misconception by its id."""
    found: dict[str, Misconception] = current_app.extensions["kiosk.misconceptions"]
    return found


def codes() -> Codes:
    """Every Code of Conduct."""
    found: Codes = current_app.extensions["kiosk.codes"]
    return found


def facts() -> Facts:
    """Facts and helplines."""
    found: Facts = current_app.extensions["kiosk.facts"]
    return found


def calendar() -> SchoolCalendar:
    """The school's calendar."""
    found: SchoolCalendar = current_app.extensions["kiosk.calendar.school"]
    return found


def today() -> date:
    """Today's date at the school."""
    return now_utc().astimezone(calendar().zone).date()


def asked_class(classes: list[ClassGroup]) -> ClassGroup | None:
    """The class named by `?class=`, if this person may see it; raises NotFound for any other."""
    asked = request.args.get("class", "")
    if not asked:
        return None
    try:
        wanted = uuid.UUID(asked)
    except ValueError:
        raise NotFound from None
    for group in classes:
        if group.id == wanted:
            return group
    raise NotFound


def csv_response(rows: list[list[str]], name: str) -> Response:
    """The rows as a CSV file to download, with an ASCII name."""
    response = Response(csv_bytes(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def year_words(year: str) -> str:
    """A school year as people say it: Reception, Year 5, Years 3 and 4."""
    names = {"N": _("Nursery"), "R": _("Reception")}
    if year in names:
        return str(names[year])
    if "/" in year:
        return str(_("Years %(years)s", years=_(" and ").join(year.split("/"))))
    return str(_("Year %(year)s", year=year))


def class_words(group: ClassGroup) -> str:
    """A class and its year: 'Kestrels, Year 5'."""
    return f"{group.name}, {year_words(group.year)}"
