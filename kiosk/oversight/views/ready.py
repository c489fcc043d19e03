"""Before the bell: the page of a class's next lesson with its cover sheet, and which lessons hold adjustments."""

import uuid

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.adjusting import AdjustedPupil, adjusted_pupils
from kiosk.accounts.classes.class_teachers import teachers_of
from kiosk.accounts.classes.cover import class_to_read_adjustments
from kiosk.accounts.classes.views.adjusting import adjustment_choices
from kiosk.accounts.classes.views.windows import class_of_today
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.accounts.staff.views.standstill import who_looks_after
from kiosk.bands import Band
from kiosk.content.language import english_name
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.views.blueprint import SAFEGUARDING_LEADS, people_who_help
from kiosk.oversight.ready import ComingLesson, Holds, coming_lessons, holds
from kiosk.oversight.views.blueprint import bp
from kiosk.oversight.views.lesson_paper import paper_values
from kiosk.oversight.views.lessons import lesson_words
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school
from kiosk.wording.words import near_day


@bp.get("/classes/<uuid:class_id>/ready")
@staff_required()
def ready(class_id: uuid.UUID) -> ResponseReturnValue:
    """What to have ready for the next lesson of a class, or for the one asked for; on paper it is the cover sheet.

    Nothing of it is stored, and nothing comes from a report, a case or what a child has done.
    """
    group, site, today = class_of_today(class_id), current_site(), current_site().today()
    coming = coming_lessons(school(), group, site.lessons, site.term_began(), today)
    asked = request.args.get("lesson", "")
    chosen = next((one for one in coming if (one.lesson.id == asked if asked else not one.is_done)), None)
    if asked:
        or_404(chosen)
    pupils, has_keys = adjusted_pupils(school(), group), group.band != Band.KS1
    remote = site.config.public_url + url_for("cover.confirm", class_id=group.id)
    return render_template(
        "oversight/ready/show.html",
        group=group,
        title=_ready_for(chosen),
        chosen=chosen,
        others=[("", _("The next one")), *((one.lesson.id, one.lesson.title) for one in coming)],
        asked=asked,
        children=len(pupils),
        has_keys=has_keys,
        without_key=sum(not one.pupil.key_hash for one in pupils) if has_keys else 0,
        adjusted=_adjusted_here(pupils, chosen.lesson) if chosen and _may_read_adjustments(group) else None,
        leads=people_who_help(SAFEGUARDING_LEADS),
        teachers=[one.name for one in teachers_of(school(), group)],
        network=who_looks_after(),
        host=site.config.public_url.split("://")[-1],
        telling=site.notices.get("telling-staff"),
        square=qr_svg(remote),
        **(paper_values(chosen.lesson) if chosen else {}),
        **lesson_words(),
    )


@bp.app_template_global("adjusted_lessons")
def adjusted_lessons(group: ClassGroup) -> list[tuple[str, list[str]]]:
    """The open lessons for a class, each with what it holds of reading aloud, fewer words and pictures, in words."""
    found = []
    for lesson in current_site().open_lessons.values():
        if lesson.is_for(group) and lesson.status != "retired":
            held = _holds(lesson)
            found.append(
                (lesson.title, [_held_words(name, held) for name in ("aloud", "simpler", "symbols")])
            )
    return found


def _ready_for(chosen: ComingLesson | None) -> str:
    today = current_site().today()
    if chosen and chosen.due_on and chosen.due_on >= today:
        return str(_("Ready for %(day)s", day=near_day(chosen.due_on, today)))
    return str(_("Ready for the next lesson"))


def _may_read_adjustments(group: ClassGroup) -> bool:
    today = current_site().today()
    return class_to_read_adjustments(school(), signed_in_staff(), group.id, today) is not None


def _adjusted_here(pupils: list[AdjustedPupil], lesson: Lesson) -> list[tuple[str, str, str]]:
    """Each adjustment that an adult has ticked in a class: its title, for whom, and what the lesson holds of it."""
    found, held = [], _holds(lesson)
    for choice in adjustment_choices():
        names = [one.pupil.first_name for one in pupils if getattr(one.adjustments, choice.name)]
        if names:
            found.append((choice.title, ", ".join(names), _held_words(choice.name, held)))
    return found


def _holds(lesson: Lesson) -> Holds:
    site = current_site()
    return holds(site, lesson, site.config.language_list)


def _held_words(name: str, held: Holds) -> str:
    """What a lesson holds of one adjustment, in words."""
    if name == "aloud":
        if held.read_by_somebody:
            return str(
                _("Read by somebody from school: %(languages)s", languages=_languages(held.read_by_somebody))
            )
        return str(_("Read by the tablet, where it has a voice"))
    if name == "simpler":
        return _languages(held.simpler) if held.simpler else str(_("Not written yet"))
    if name == "symbols":
        return str(_("Yes") if held.pictured else _("Not drawn yet"))
    return str(_("When the Code is signed") if name == "beside" else _("In every lesson"))


def _languages(found: tuple[str, ...]) -> str:
    return ", ".join(english_name(lang) for lang in found)
