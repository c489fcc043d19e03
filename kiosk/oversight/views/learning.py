"""From classes of cases to a lesson, and to a line for the board "You said, we did"; it counts none (promise A12)."""

import uuid
from collections.abc import Collection
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import classes_to_look_at
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.incidents.case.views.record_words import lesson_words
from kiosk.incidents.learning.follow_ups import CLASSES, lessons_of
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.sets import sets_in
from kiosk.oversight.coverage import STRAND_WORDS
from kiosk.oversight.views.blueprint import bp
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import class_words

CLASS_WORDS = {
    "unkind": N_("Being unkind, and bullying"),
    "contact": N_("People met online, and pictures"),
    "screens": N_("Things seen on a screen, and scams"),
    "worries": N_("Worries about oneself or a friend"),
}


@bp.get("/incidents/learning")
@staff_required(Role.COORDINATOR, Role.DSL, Role.PRINCIPAL)
def learning() -> ResponseReturnValue:
    """Every class of cases, the lessons that fit it, and a line of the board; the same whatever children told."""
    groups = classes_to_look_at(school(), signed_in_staff())
    has = {(id, one.lesson_id) for id, sets in sets_in(school(), groups).items() for one in sets}
    return render_template(
        "oversight/learning.html",
        rows=[
            (
                _(CLASS_WORDS[one.id]),
                ", ".join(_(STRAND_WORDS[strand]) for strand in one.strands),
                [_proposal(lesson, groups, has) for lesson in lessons_of(one, current_site().lessons)],
                url_for("incidents.new_entry", about=one.id),
            )
            for one in CLASSES
        ],
    )


def _proposal(
    lesson: Lesson, groups: list[ClassGroup], has: Collection[tuple[uuid.UUID, str]]
) -> dict[str, Any]:
    """A lesson that fits, its own page, where it is set for a class, and the classes of its age without it."""
    fitting = [group for group in groups if lesson.is_for(group)]
    without = [group for group in fitting if (group.id, lesson.id) not in has]
    return {
        "words": lesson_words(lesson),
        "url": url_for(".lesson", id=lesson.id),
        "action": url_for(".set_lesson", id=lesson.id),
        "all_have_it": bool(fitting) and not without,
        "classes": [(one.id.hex, class_words(one.name, one.year)) for one in without],
    }
