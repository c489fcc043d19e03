"""What has been taught, by strand and year; and what one class believes."""

from collections.abc import Sequence

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import (
    SEE_PROGRESS,
    SEE_SCHOOL_FIGURES,
    classes_to_look_at,
    every_class,
    sees_all_progress,
    sees_school_figures,
)
from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.accounts.sign_in.login import may_open, signed_in_staff, staff_required
from kiosk.bands import Band
from kiosk.lessons.lesson import Lesson
from kiosk.oversight.coverage import STRAND_WORDS, SUBJECT_WORDS, Square, SquareKind, YearColumn
from kiosk.oversight.coverage import coverage as coverage_of
from kiosk.oversight.misconceptions import LessonBeliefs, class_beliefs
from kiosk.oversight.views.blueprint import asked_class, bp, csv_response
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import class_words, year_words

KIND_WORDS = {
    SquareKind.FEW: N_("Fewer than 5 pupils"),
    SquareKind.SMALL: N_("Fewer than 5 pupils in the year"),
    SquareKind.UNSET: N_("Not set"),
    SquareKind.UNWRITTEN: N_("No lesson yet"),
}


@bp.get("/coverage")
@staff_required(*SEE_PROGRESS, *SEE_SCHOOL_FIGURES)
def coverage() -> ResponseReturnValue:
    """The coverage table, and the beliefs of the chosen or only class."""
    staff = signed_in_staff()
    mine = classes_to_look_at(school(), staff)
    table = coverage_of(school(), _classes_counted(staff, mine), current_site().lessons)
    chosen = asked_class(mine) or (mine[0] if len(mine) == 1 else None)
    return render_template(
        "oversight/coverage.html",
        table=table,
        whole_school=sees_school_figures(staff),
        sees_programme=may_open(staff, "oversight.programme"),
        strand_words=STRAND_WORDS,
        subject_words=SUBJECT_WORDS,
        kind_words=KIND_WORDS,
        ages=age_words,
        column_words=column_words,
        low=[(strand, year_list(years)) for strand, years in table.gaps()],
        unset=[(strand, year_list(years)) for strand, years in table.gaps(SquareKind.UNSET)],
        classes=[
            ("", _("Choose a class")),
            *((group.id.hex, class_words(group.name, group.year)) for group in mine),
        ],
        chosen=chosen.id.hex if chosen else "",
        chosen_words=class_words(chosen.name, chosen.year) if chosen else "",
        action=url_for(".coverage") + "#beliefs",
        kept=[],
        beliefs=_class_beliefs(chosen),
        drafts=count_drafts(),
    )


@bp.get("/coverage.csv")
@staff_required(*SEE_PROGRESS, *SEE_SCHOOL_FIGURES)
def coverage_csv() -> ResponseReturnValue:
    """The coverage table as a CSV file."""
    staff = signed_in_staff()
    table = coverage_of(
        school(), _classes_counted(staff, classes_to_look_at(school(), staff)), current_site().lessons
    )
    head = [_("Strand"), *(year_list([column]) for column in table.columns)]
    body = [
        [_(STRAND_WORDS[strand]), *(square_words(square) for square in squares)]
        for strand, squares in table.rows
    ]
    return csv_response([head, *body], "coverage")


def count_drafts() -> int:
    """How many lessons two people have not approved; they count all the same, and the page says so."""
    site = current_site()
    return sum(not site.in_use.has_lesson(id) for id in site.lessons)


def square_words(square: Square) -> str:
    """A square of the table in words; a share as its number."""
    return str(square.share) if square.kind is SquareKind.SHARE else str(_(KIND_WORDS[square.kind]))


def column_words(column: YearColumn) -> str:
    """The head of a column: the year as the roster has it."""
    return ", ".join(column.years)


def year_list(columns: Sequence[YearColumn]) -> str:
    """Years in a sentence: 'Reception, Year 3, Year 7'."""
    return ", ".join(year_words(year) for column in columns for year in column.years)


def age_words(held_for: Band | Lesson) -> str:
    """The ages of a band, or of those whom a lesson is for."""
    first, last = held_for.ages
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _classes_counted(staff: StaffMember, mine: list[ClassGroup]) -> list[ClassGroup]:
    """The classes that the table counts: all of the school, or those that this person may look at."""
    return every_class(school()) if sees_school_figures(staff) and not sees_all_progress(staff) else mine


def _class_beliefs(chosen: ClassGroup | None) -> list[LessonBeliefs]:
    site = current_site()
    return class_beliefs(school(), chosen, site.lessons, site.quizzes, site.misconceptions) if chosen else []
