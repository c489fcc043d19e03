"""The completion grid of a class, on the screen and as CSV."""

import uuid

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import SEE_PROGRESS, classes_to_look_at, may_open_class, year_order
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.roster.export_log import note_export
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.lessons.setting import lessons_set_count
from kiosk.oversight.completion import CELL_WORDS, Grid, agreed_words, csv_rows
from kiosk.oversight.completion import completion as grid_of
from kiosk.oversight.decisions import STATE_WORDS, current_code
from kiosk.oversight.signatures import class_register
from kiosk.oversight.views.blueprint import bp, class_or_404, csv_response
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.wording.words import class_words, year_words


@bp.get("/completion/")
@staff_required(*SEE_PROGRESS)
def completion_index() -> ResponseReturnValue:
    """The classes that this person may see, with the lessons set and the agreement to the Code."""
    classes = classes_to_look_at(school(), signed_in_staff())
    parts = class_register(school(), classes, current_site().codes)
    counts = lessons_set_count(school(), classes)
    return render_template(
        "oversight/classes.html",
        rows=[
            (group, class_words(group.name, group.year), counts[group.id], part)
            for group, part in zip(classes, parts, strict=True)
        ],
        years=[
            (year, year_words(year)) for year in sorted({group.year for group in classes}, key=year_order)
        ],
    )


@bp.get("/completion/<uuid:class_id>")
@staff_required(*SEE_PROGRESS)
def completion(class_id: uuid.UUID) -> ResponseReturnValue:
    """Who in a class has finished which lessons."""
    group = class_or_404(class_id)
    grid = _grid_of_class(group)
    return render_template(
        "oversight/completion.html",
        group=group,
        title=class_words(group.name, group.year),
        grid=grid,
        cell_words=CELL_WORDS,
        state_words=STATE_WORDS,
        agreed=agreed_words(grid, _),
        opens=may_open_class(school(), signed_in_staff(), group),
        today=current_site().today(),
    )


@bp.get("/completion/<uuid:class_id>.csv")
@staff_required(*SEE_PROGRESS)
@password_again()
def completion_csv(class_id: uuid.UUID) -> ResponseReturnValue:
    """The completion grid of a class as a CSV file."""
    group = class_or_404(class_id)
    note_export("completion", group.name)
    return csv_response(csv_rows(_grid_of_class(group), _), "completion", group.name)


def _grid_of_class(group: ClassGroup) -> Grid:
    site = current_site()
    code = current_code(site.codes, group.band.value)
    return grid_of(school(), group, site.lessons, code, site.term_began())
