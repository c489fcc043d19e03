"""How a year or the whole school gets on: searched by name, narrowed by class, lesson and state, page by page."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import SEE_PROGRESS, classes_to_look_at, year_order
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.roster.export_log import note_export
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.oversight.completion import CELL_WORDS, Cell
from kiosk.oversight.decisions import STATE_WORDS
from kiosk.oversight.everybody import (
    ProgressSheet,
    PupilFilter,
    PupilSearch,
    csv_rows,
    progress_sheets,
    search_children,
)
from kiosk.oversight.paging import on_page, pages_for
from kiosk.oversight.views.blueprint import asked_class, bp, csv_response, page_number
from kiosk.site import current_site
from kiosk.web.errors import NotFound
from kiosk.web.request_sessions import school
from kiosk.wording.words import class_words, year_words

LONGEST_NAME = 60


@dataclass(frozen=True)
class AskedChildren:
    """The search for children in the address, limited to what this person may see."""

    classes: list[ClassGroup]  # the classes to search
    mine: list[ClassGroup]  # all that this person may see
    chosen: ClassGroup | None
    year: str
    narrowing: PupilFilter

    @property
    def title(self) -> str:
        """The class, the year or everybody, in words."""
        if self.chosen:
            return class_words(self.chosen.name, self.chosen.year)
        return year_words(self.year) if self.year else str(_("Everybody I may see"))

    @property
    def file(self) -> str:
        """The class or the year as part of a file name; empty for everybody."""
        return self.chosen.name if self.chosen else self.year and f"year {self.year}"

    @property
    def query(self) -> dict[str, Any]:
        """The query parameters that ask for the same search again; empty ones are left out."""
        asked = {
            "class": self.chosen.id.hex if self.chosen else "",
            "year": self.year,
            "name": self.narrowing.name,
            "lesson": self.narrowing.lesson_id,
            "state": self.narrowing.state or "",
        }
        return {name: value for name, value in asked.items() if value}


@bp.get("/completion/pupils")
@staff_required(*SEE_PROGRESS)
def everybody() -> ResponseReturnValue:
    """Children of a year or of all classes that this person may see, with a state for each lesson."""
    asked = _asked_children()
    found = _search_result(asked)
    number = page_number(pages := pages_for(len(found.children)))
    shown = progress_sheets(school(), found, on_page(found.children, number), current_site().codes)
    return render_template(
        "oversight/everybody.html",
        asked=asked,
        found=found,
        sheets=shown,
        cell_words=CELL_WORDS,
        state_words=STATE_WORDS,
        number=number,
        pages=pages,
        address=lambda page: url_for(".everybody", **asked.query, page=page),
        csv_url=url_for(".everybody_csv", **asked.query),
        today=current_site().today(),
        **_search_choices(asked),
    )


@bp.get("/completion/pupils.csv")
@staff_required(*SEE_PROGRESS)
@password_again()
def everybody_csv() -> ResponseReturnValue:
    """All children who match the search, in one CSV file."""
    asked = _asked_children()
    found = _search_result(asked)
    made: list[ProgressSheet] = progress_sheets(school(), found, found.children, current_site().codes)
    note_export("completion", asked.file)
    return csv_response(csv_rows(made, _), "completion", asked.file)


def _asked_children() -> AskedChildren:
    """The search in the address; NotFound for a class, year or lesson that does not exist or is not this person's."""
    mine = classes_to_look_at(school(), signed_in_staff())
    chosen = asked_class(mine)
    year, lesson_id = request.args.get("year", ""), request.args.get("lesson", "")
    if (year and year not in {group.year for group in mine}) or (
        lesson_id and lesson_id not in current_site().lessons
    ):
        raise NotFound
    classes = [chosen] if chosen else [group for group in mine if not year or group.year == year]
    state = request.args.get("state", "")
    narrowing = PupilFilter(
        name=request.args.get("name", "").strip()[:LONGEST_NAME],
        lesson_id=lesson_id,
        state=Cell(state) if state in set(Cell) else None,
    )
    return AskedChildren(classes, mine, chosen, "" if chosen else year, narrowing)


def _search_result(asked: AskedChildren) -> PupilSearch:
    site = current_site()
    return search_children(
        school(), asked.classes, site.lessons, asked.narrowing, site.term_began(), site.today()
    )


def _search_choices(asked: AskedChildren) -> dict[str, Any]:
    years = sorted({group.year for group in asked.mine}, key=year_order)
    lessons = [one for one in current_site().lessons.values() if any(map(one.is_for, asked.mine))]
    return {
        "years": [("", _("Every year")), *((year, year_words(year)) for year in years)],
        "classes": [
            ("", _("Every class")),
            *((group.id.hex, class_words(group.name, group.year)) for group in asked.mine),
        ],
        "lessons": [("", _("Every lesson")), *((lesson.id, lesson.title) for lesson in lessons)],
        "states": [("", _("Any state")), *((cell.value, _(CELL_WORDS[cell])) for cell in Cell)],
    }
