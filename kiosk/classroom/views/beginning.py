"""Before a class is led: which lesson, what must be so first, and going on where it was after a slip."""

import uuid
from datetime import timedelta

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import may_open_class
from kiosk.accounts.classes.views.windows import class_of_today, window_now
from kiosk.accounts.classes.windows import set_led, window_of
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.classroom import leading
from kiosk.classroom.views.beside import beside_form
from kiosk.classroom.views.found import class_state_now
from kiosk.classroom.views.led_class import ENDED, bp, end_lesson, led_in, remote_url
from kiosk.classroom.would_you_tell import begin_rounds
from kiosk.lessons.lesson import Lesson, lessons_for
from kiosk.lessons.progress import lessons_set, may_lead
from kiosk.lessons.stopped import stops_of
from kiosk.lessons.taught import done_together
from kiosk.lessons.views.blueprint import SAFEGUARDING_LEADS, people_who_help
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import school

UNDONE_FOR = timedelta(minutes=15)  # later it is no slip, and the lesson begins as always


@bp.get("/stop")
@staff_required()
def stop(class_id: uuid.UUID) -> ResponseReturnValue:
    """What must be so before a lesson that can stir something up, and before any lesson for whoever covers."""
    group = class_of_today(class_id)
    lesson = _lesson_to_lead(group, request.args.get("lesson", ""))
    return _stop_page(group, lesson) if lesson else redirect(remote_url(class_id))


@bp.post("")
@staff_required()
def begin(class_id: uuid.UUID) -> ResponseReturnValue:
    """Lead a lesson; a class that is closed is opened for it, and one that is led already goes on where it is."""
    group = class_of_today(class_id)
    lesson = _lesson_to_lead(group, request.form.get("lesson", ""))
    if lesson is None:
        return choice_page(group), 422
    found = led_in(group)
    if found and found[2].id == lesson.id:
        return redirect(remote_url(class_id), 303)
    if not {value for value, _words in _must_be_so(group, lesson)} <= set(request.form.getlist("so")):
        if "stop" in request.form:
            return _stop_page(group, lesson, missed=True), 422
        return redirect(url_for(".stop", class_id=class_id, lesson=lesson.id), 303)
    if found:
        end_lesson(group, found, class_state_now(*found[1:])[0], close=False)
    _lead(group, lesson)
    return redirect(remote_url(class_id), 303)


@bp.post("/again")
@staff_required()
def again(class_id: uuid.UUID) -> ResponseReturnValue:
    """Undo a slip: whoever ended the lesson opens the class again and goes on where it was."""
    group = class_of_today(class_id)
    id, place = ended_lesson(group)
    lesson = _lesson_to_lead(group, id)
    if lesson and not led_in(group):
        _lead(group, lesson, place)
    return redirect(remote_url(class_id), 303)


@bp.app_template_global("ended_lesson")
def ended_lesson(group: ClassGroup) -> tuple[str, int]:
    """The lesson that this person ended just now, if it was in this class, and the step; else no lesson.

    None either where it left the class open and somebody has closed that since.
    """
    class_id, lesson_id, place, still_open, ended = session.get(ENDED) or ("", "", 0, "", 0)
    now = now_utc()
    window = window_of(school(), group, now) if still_open else None
    may_be_undone = (
        class_id == group.id.hex
        and now.timestamp() - ended < UNDONE_FOR.total_seconds()
        and still_open == (window.id.hex if window else "")
    )
    return (lesson_id, place) if may_be_undone else ("", 0)


def choice_page(group: ClassGroup) -> str:
    """The lessons that a class can be led through, with where it stopped in them."""
    site, known = current_site(), _lessons_on_offer(group)
    offered = [one for one in known if one[0].id in site.open_lessons]
    lessons = {lesson.id: lesson for lesson, _is_set in offered}
    return render_template(
        "classroom/choose.html",
        group=group,
        offered=offered,
        done=done_together(school(), group, lessons, site.term_began(), site.today()),
        stopped={id: one for id, one in stops_of(school(), group).items() if one.place > 1},
        drafts=[lesson for lesson, _is_set in known if lesson.id not in site.open_lessons],
        **beside_form(group, [lesson for lesson, _is_set in offered]),
    )


def _lesson_to_lead(group: ClassGroup, id: str) -> Lesson | None:
    lesson = current_site().open_lessons.get(id)
    return lesson if lesson and may_lead(school(), group, lesson) else None


def _covers(group: ClassGroup) -> bool:
    return not may_open_class(school(), signed_in_staff(), group)


def _must_be_so(group: ClassGroup, lesson: Lesson) -> list[tuple[str, str]]:
    """What this person ticks before the lesson begins; nothing of it is kept."""
    read = [("read", str(_("I have read it through")))]
    if not lesson.quiet:
        return read if _covers(group) else []
    leads = " or ".join(people_who_help(SAFEGUARDING_LEADS)) or _("The safeguarding lead")
    return [
        ("adult", str(_("A second adult is in reach"))),
        ("lead", str(_("%(name)s knows that we do it now", name=leads))),
        *read,
    ]


def _stop_page(group: ClassGroup, lesson: Lesson, missed: bool = False) -> str:
    return render_template(
        "classroom/stop.html",
        group=group,
        lesson=lesson,
        must=_must_be_so(group, lesson),
        covers=_covers(group),
        leads=people_who_help(SAFEGUARDING_LEADS),
        missed=missed,
    )


def _lead(group: ClassGroup, lesson: Lesson, place: int = 0) -> None:
    """Begin to lead, before the first step or at a place."""
    window = window_now(group)
    window_id = window.id
    set_led(school(), window, True)
    school().commit()  # opened first, as the worker deletes led lessons whose window it does not find
    with current_site().databases.sessions.rows(write=True) as rows:
        # An answer after the lesson says nothing without those before it, which ended with the lesson.
        telling = begin_rounds(rows, current_site().key, lesson, group.id) if place == 0 else None
        leading.begin(rows, window_id, lesson, telling, place=place)
    session.pop(ENDED, None)


def _lessons_on_offer(group: ClassGroup) -> list[tuple[Lesson, bool]]:
    """The lessons that the class may open, those that are set for it first."""
    set_ids = lessons_set(school(), group)
    lessons = current_site().lessons
    first = [lessons[id] for id in set_ids if id in lessons]
    rest = [one for one in lessons_for(group, lessons.values()) if one.id not in set_ids]
    return [(one, one.id in set_ids) for one in (*first, *rest) if one.status != "retired"]
