"""Who has finished what: the classes with what is late in them, the grid of a class, also as CSV, and each child."""

import uuid
from collections.abc import Callable

from flask import get_template_attribute, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.accounts.classes.access import (
    SEE_PROGRESS,
    classes_to_look_at,
    find_pupil,
    may_open_class,
    sees_all_progress,
    year_order,
)
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.roster.export_log import note_export
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.lessons.sets import sets_in
from kiosk.oversight.catch_up import LessonState, behind_in, catch_up, lessons_of_child
from kiosk.oversight.completion import CELL_WORDS, ChildRow, ClassRecord, Grid, agreed_words, csv_rows
from kiosk.oversight.completion import completion as grid_of
from kiosk.oversight.decisions import (
    STATE_WORDS,
    ClassAgreement,
    agreement_in,
    current_code,
    decision_state,
    decisions_of,
)
from kiosk.oversight.programme import late_lessons
from kiosk.oversight.views.blueprint import bp, class_or_404, csv_response
from kiosk.oversight.views.catch_up import behind_words
from kiosk.oversight.views.programme import listed_half_terms
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import class_words, near_day, year_words

FIRST, ONLY = "first", "only"  # what `?behind=` may say of the children on the catch-up list
LESSON_STATES = {
    LessonState.DUE: N_("to do"),
    LessonState.DONE: N_("done"),
    LessonState.ELSEWHERE: N_("not set for this child"),
}


@bp.get("/completion/")
@staff_required(*SEE_PROGRESS)
def completion_index() -> ResponseReturnValue:
    """The classes that this person may see, with the lessons set and the agreement to the Code."""
    staff, site = signed_in_staff(), current_site()
    classes = classes_to_look_at(school(), staff)
    sets = sets_in(school(), classes)
    late = late_lessons(school(), classes, sets, site.lessons, listed_half_terms(), site.today())
    agreement = agreement_in(school(), classes, site.codes)
    return render_template(
        "oversight/classes.html",
        late=[
            (
                group,
                [one.title for one in late[group.id]],
                [one.name for one in group.teachers if not one.left_on],
            )
            for group in classes
            if group.id in late
        ],
        asks=sees_all_progress(staff),
        rows=[
            (
                group,
                class_words(group.name, group.year),
                len(sets.get(group.id, ())),
                agreement.get(group.id, ClassAgreement()),
            )
            for group in classes
        ],
        years=[
            (year, year_words(year)) for year in sorted({group.year for group in classes}, key=year_order)
        ],
    )


@bp.get("/completion/<uuid:class_id>")
@staff_required(*SEE_PROGRESS)
def completion(class_id: uuid.UUID) -> ResponseReturnValue:
    """Who in a class has finished which lessons."""
    group, site = class_or_404(class_id), current_site()
    grid, behind = _grid_of_class(group)
    asked = _asked_behind()
    tabs = [("", _("By name")), (FIRST, _("Who is behind first")), (ONLY, _("Only who is behind"))]
    return render_template(
        "oversight/completion.html",
        group=group,
        behind=behind,
        orders=[
            (words, url_for(".completion", class_id=group.id, behind=order or None), order == asked)
            for order, words in tabs
        ],
        asked=asked,
        drafts={one.lesson_id for one in grid.columns if is_draft(one.lesson_id)},
        title=class_words(group.name, group.year),
        grid=grid,
        address_of=_addresses_of_children(group),
        states_of=_drawn_states(),
        legend=site.page_cache.get(("legend of a grid",), _legend),
        agreed=agreed_words(grid, _),
        opens=may_open_class(school(), signed_in_staff(), group),
        today=site.today(),
    )


@bp.get("/completion/<uuid:class_id>/pupils/<uuid:pupil_id>")
@staff_required(*SEE_PROGRESS)
def child(class_id: uuid.UUID, pupil_id: uuid.UUID) -> ResponseReturnValue:
    """What one child has done, missed and is due, and for which lessons of the class the child was there."""
    group, site = class_or_404(class_id), current_site()
    pupil = or_404(find_pupil(school(), group, pupil_id))
    today, band = site.today(), group.band.value
    decided = decisions_of(school(), [pupil.id], {band}).get((pupil.id, band))
    found = lessons_of_child(school(), pupil, site.lessons, today, site.term_began())
    return render_template(
        "oversight/child.html",
        group=group,
        title=class_words(group.name, group.year),
        name=pupil.first_name,
        code=_(STATE_WORDS[decision_state(decided, current_code(site.codes, band))]),
        rows=[
            (
                one,
                is_draft(one.lesson.id),
                behind_words(one.behind) if one.behind else _(LESSON_STATES[one.state]),
                near_day(one.due_on, today) if one.due_on else "",
                near_day(one.done_on, today) if one.done_on else "",
            )
            for one in found
        ],
        counts={state: sum(one.state is state for one in found) for state in LessonState},
        today=today,
    )


@bp.get("/completion/<uuid:class_id>.csv")
@staff_required(*SEE_PROGRESS)
@password_again()
def completion_csv(class_id: uuid.UUID) -> ResponseReturnValue:
    """The completion grid of a class as a CSV file."""
    group = class_or_404(class_id)
    note_export("completion", group.name)
    return csv_response(csv_rows(_grid_of_class(group)[0], _), "completion", group.name)


def is_draft(lesson_id: str) -> bool:
    """Whether a lesson is one that two people have not approved."""
    site = current_site()
    return lesson_id in site.lessons and not site.in_use.has_lesson(lesson_id)


def _addresses_of_children(group: ClassGroup) -> Callable[[ChildRow], str]:
    """The address of each child of a class; routing makes one of them, as a page has thirty."""
    nobody = uuid.UUID(int=0)
    pattern = url_for(".child", class_id=group.id, pupil_id=nobody)
    return lambda row: pattern.replace(str(nobody), str(row.id))


def _drawn_states() -> Callable[[ChildRow], Markup]:
    """Draws what a row says behind the name; kept ready by the states alone, so that nothing is kept of a child."""
    ready = current_site().page_cache
    draw: Callable[..., Markup] = get_template_attribute("oversight/_cells.html", "child_states")

    def drawn(row: ChildRow) -> Markup:
        shown = row.cells, row.code
        return ready.get(("states of a child", *shown), lambda: draw(*shown, CELL_WORDS, STATE_WORDS))

    return drawn


def _legend() -> Markup:
    draw: Callable[..., Markup] = get_template_attribute("oversight/_cells.html", "grid_key")
    return draw([(state.value, _(words)) for state, words in CELL_WORDS.items()])


def _asked_behind() -> str:
    asked = request.args.get("behind", "")
    return asked if asked in {FIRST, ONLY} else ""


def _grid_of_class(group: ClassGroup) -> tuple[Grid, set[uuid.UUID]]:
    """The grid as the address asks for it, and the children on the catch-up list."""
    site, today, began = current_site(), current_site().today(), current_site().term_began()
    record, code = (
        ClassRecord(school(), group, site.lessons, began),
        current_code(site.codes, group.band.value),
    )
    grid = grid_of(school(), group, site.lessons, code, began, today, record)
    behind = behind_in(catch_up(school(), group, site.lessons, today, began, record))
    asked = _asked_behind()
    return grid.first(behind) if asked == FIRST else grid.only(behind) if asked == ONLY else grid, behind
