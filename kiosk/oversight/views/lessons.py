"""Lessons for teachers: what each is about, how to lead it, and setting it for a class."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import SEE_PROGRESS, classes_to_look_at
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import may_open, signed_in_staff, staff_required
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.sets import read_due, set_for_class, sets_in
from kiosk.lessons.setting import classes_set
from kiosk.lessons.views.blueprint import leads_beside
from kiosk.oversight.coverage import STRAND_WORDS, SUBJECT_WORDS
from kiosk.oversight.views.blueprint import bp
from kiosk.oversight.views.coverage import age_words, count_drafts
from kiosk.oversight.views.set_words import set_words
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.forms import id_of
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_, Refused, say
from kiosk.wording.words import class_words

SENSITIVITY_WORDS = {
    "low": N_("Suits every class"),
    "medium": N_("Read the notes first"),
    "high": N_("Sensitive: talk with the safeguarding lead first"),
}
MODE_WORDS = {
    "adult-led": N_("Led by an adult, on the board"),
    "pair": N_("In pairs"),
    "independent": N_("Each child alone"),
}


@bp.get("/lessons/")
@staff_required()
def lessons() -> ResponseReturnValue:
    """Every lesson, youngest first, and which of my classes it is set for."""
    classes = classes_to_look_at(school(), signed_in_staff())
    by_age: dict[str, list[Lesson]] = {}
    for found in sorted(current_site().lessons.values(), key=lambda one: one.ages):
        by_age.setdefault(age_words(found), []).append(found)
    return render_template(
        "oversight/lessons.html",
        by_age=by_age,
        drafts=count_drafts(),
        classes_set=classes_set(school(), classes),
        has_classes=bool(classes),
        sees_coverage=may_open(signed_in_staff(), "oversight.coverage"),
        sees_programme=may_open(signed_in_staff(), "oversight.programme"),
        **lesson_words(),
    )


@bp.get("/lessons/<id>")
@staff_required()
def lesson(id: str) -> ResponseReturnValue:
    """One lesson: aims, notes for the adult, and the form to set it."""
    return _lesson_page(lesson_or_404(id))


@bp.get("/lessons/<id>/set")
@staff_required(*SEE_PROGRESS)
def choose_children(id: str) -> ResponseReturnValue:
    """Redirect to the page on which the children of one of my classes are chosen."""
    found, group = lesson_or_404(id), _class_of(request.args.get("class", ""))
    if group is None:
        return _lesson_page(found, error=_("Choose one of your classes.")), 422
    return redirect(
        url_for(".set_one", id=found.id, class_id=group.id, due_on=request.args.get("due_on", "")[:10])
    )


@bp.post("/lessons/<id>/set")
@staff_required(*SEE_PROGRESS)
def set_lesson(id: str) -> ResponseReturnValue:
    """Set a lesson for everybody of one of my classes."""
    found, group, today = lesson_or_404(id), _class_of(request.form.get("class", "")), current_site().today()
    if group is None:
        return _lesson_page(found, error=_("Choose one of your classes.")), 422
    try:
        due_on = read_due(request.form.get("due_on", ""), today)
    except Refused as refused:
        return _lesson_page(found, due_error=say(refused.message), chosen=group.id.hex), 422
    set_for_class(school(), group, found, today, due_on)
    school().commit()
    flash(_("%(lesson)s is set for %(name)s.", lesson=found.title, name=group.name))
    return redirect(url_for(".lesson", id=found.id))


def _class_of(sent: str) -> ClassGroup | None:
    mine = classes_to_look_at(school(), signed_in_staff())
    return next((group for group in mine if group.id == id_of(sent)), None)


def _lesson_page(found: Lesson, error: str = "", due_error: str = "", chosen: str = "") -> str:
    classes = classes_to_look_at(school(), signed_in_staff())
    sets = {class_id: one for class_id, (one,) in sets_in(school(), classes, found).items()}
    return render_template(
        "oversight/lesson.html",
        lesson=found,
        sets=[
            (group.id, class_words(group.name, group.year), set_words(sets[group.id]))
            for group in classes
            if group.id in sets
        ],
        options=[("", _("Choose a class")), *_class_options(found, [g for g in classes if g.id not in sets])],
        has_classes=bool(classes),
        error=error,
        due_error=due_error,
        chosen=chosen,
        leads=leads_beside(found),
        sent_due=request.values.get("due_on", ""),
        **lesson_words(),
    )


def _class_options(found: Lesson, classes: list[ClassGroup]) -> list[tuple[str, str]]:
    """Classes that do not have the lesson yet: those of its age group first, the others marked as such."""
    own = [group for group in classes if found.is_for(group)]
    others = [group for group in classes if not found.is_for(group)]
    return [
        *((group.id.hex, class_words(group.name, group.year)) for group in own),
        *(
            (group.id.hex, _("%(name)s (another age group)", name=class_words(group.name, group.year)))
            for group in others
        ),
    ]


def lesson_or_404(id: str) -> Lesson:
    """The lesson of an address; raises NotFound."""
    return or_404(current_site().lessons.get(id))


def _review_words(found: Lesson) -> str:
    """Whether two people of this school have approved it; empty where there is nothing to say."""
    if found.status == "retired":
        return str(_("Retired: no longer taught."))
    if current_site().in_use.has_lesson(found.id):
        return str(_("Approved for this school."))
    if found.guarded:
        return str(_("Draft: shut to children until a teacher and the safeguarding lead have approved it."))
    return str(_("Draft: a teacher and the safeguarding lead have not approved it yet."))


def lesson_words() -> dict[str, Any]:
    """Words for what the head of a lesson says."""
    return {
        "strand_words": STRAND_WORDS,
        "subject_words": SUBJECT_WORDS,
        "sensitivity_words": SENSITIVITY_WORDS,
        "mode_words": MODE_WORDS,
        "review_words": _review_words,
        "ages": age_words,
    }
