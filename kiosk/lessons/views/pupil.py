"""Lessons: what there is to open, and one step a page."""

from datetime import date
from typing import Any

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from kiosk.accounts.blueprints import band_page
from kiosk.accounts.sign_in.login import pupil_required, signed_in_pupil
from kiosk.lessons.kinds.question import Question
from kiosk.lessons.lesson import Lesson, lessons_for
from kiosk.lessons.models import LessonProgress
from kiosk.lessons.progress import (
    complete_lesson,
    furthest_screen,
    of_this_term,
    progress_of,
    pupil_may_open,
    record_screen,
    start_lesson,
    state_of,
)
from kiosk.lessons.step import Step
from kiosk.lessons.taught import kept_by_class
from kiosk.lessons.views.blueprint import bp, in_language, people_who_help
from kiosk.lessons.views.shown import help_page, step_page
from kiosk.site import check_of_app, current_site
from kiosk.web.errors import KioskError, NotFound
from kiosk.web.i18n import address_key
from kiosk.web.request_sessions import school, school_rows
from kiosk.web.templating import whole_page

# The name of the check whether an adult leads a lesson now, or sits beside the child.
ADULT_IS_THERE = "an adult leads"
# The name of the check at which step a class is that is kept together: it was at each one before.
CLASS_IS_AT = "the class goes together"


class DoneTogether(KioskError):
    """A lesson that children do with an adult, and no adult is there now (promise L27)."""

    status = 200


def open_lesson(id: str, led: bool = True) -> Lesson:
    """The lesson of this id in the pupil's language, if it is open to the pupil; raises NotFound, or DoneTogether.

    Not `led`: for pages with nothing of what is taught, as who helps, which a child always reaches.
    """
    lesson = current_site().open_lessons.get(id)
    if lesson is None or not pupil_may_open(school_rows(), signed_in_pupil(), lesson):
        raise NotFound
    if led and waits_for_adult(lesson):
        raise DoneTogether
    return in_language(lesson)


def waits_for_adult(lesson: Lesson) -> bool:
    """Whether the signed-in pupil's class does a lesson with an adult, and none is there now."""
    return lesson.together and not check_of_app(ADULT_IS_THERE)(signed_in_pupil(), lesson)


@bp.app_errorhandler(DoneTogether)
def show_together(error: DoneTogether) -> ResponseReturnValue:
    """A page that says that the class does this one together, and where to tell somebody now."""
    shown, address = pupil_page(), address_key()
    marks = None if address is None else (shown["page"], shown["tell_url"], address)
    page = make_response(whole_page("lessons/together.html", marks, lambda: shown))
    if request.htmx:  # a question would be put into the page that the child sees
        page.headers["HX-Refresh"] = "true"
    return page


def progress_since(lesson: Lesson) -> date:
    """The day from which what this school's pupils did of a lesson counts."""
    return lesson.since(current_site().term_began()) if lesson.each_term else date.min


def own_progress() -> dict[str, LessonProgress]:
    """What the signed-in pupil has begun and done, as it counts this term."""
    site = current_site()
    return of_this_term(progress_of(school(), signed_in_pupil()), site.lessons, site.term_began())


def kept_things() -> list[Lesson]:
    """The lessons of which the signed-in pupil's class keeps something, in the pupil's language."""
    site = current_site()
    found = kept_by_class(school(), signed_in_pupil().class_group, site.open_lessons, site.today())
    return [in_language(lesson) for lesson in found]


def pupil_page() -> dict[str, Any]:
    """What the layout of a pupil's page needs: the skin of the class, and the links to tell somebody and to leave."""
    pupil = signed_in_pupil()
    return band_page(pupil.class_group.band, pupil.led)


@bp.get("/learn/lessons/all")
@pupil_required
def index_all() -> ResponseReturnValue:
    """Every lesson for the class's age."""
    taught = (one for one in current_site().open_lessons.values() if one.status != "retired")
    own = lessons_for(signed_in_pupil().class_group, taught)
    progress = own_progress()
    cards = [(in_language(lesson), state_of(progress, lesson.id)) for lesson in own]
    return render_template("lessons/index_all.html", **pupil_page(), cards=cards)


@bp.get("/learn/lessons/<id>")
@pupil_required
def show(id: str) -> ResponseReturnValue:
    """What a lesson is about, and the button to begin."""
    lesson = open_lesson(id)
    progress = own_progress()
    reached = progress[id].furthest_screen if id in progress else 1
    return render_template(
        "lessons/show.html",
        **pupil_page(),
        lesson=lesson,
        state=state_of(progress, id),
        new_words=current_site().glossary.words_of(lesson),
        reached=min(reached, len(lesson.steps)),
    )


@bp.post("/learn/lessons/<id>")
@pupil_required
def start(id: str) -> ResponseReturnValue:
    """Begin a lesson: with what the class keeps of its last one, but for the youngest, who read nothing."""
    lesson = open_lesson(id)
    start_lesson(school(), signed_in_pupil(), lesson, current_site().today(), progress_since(lesson))
    school().commit()
    first = url_for(".show_screen", id=id, screen=1) if lesson.early else url_for(".last_time", id=id)
    return redirect(first, 303)


@bp.get("/learn/lessons/<id>/<int:screen>")
@pupil_required
def show_screen(id: str, screen: int) -> ResponseReturnValue:
    """One step of a lesson."""
    lesson = open_lesson(id)
    step = _step_or_404(lesson, screen)
    if isinstance(step, Question):
        return redirect(url_for("quizzes.ask", id=lesson.quiz, question=step.of))
    return step_page(pupil_page(), lesson, step, screen, _reached(lesson) > screen)


@bp.post("/learn/lessons/<id>/<int:screen>")
@pupil_required
def leave_screen(id: str, screen: int) -> ResponseReturnValue:
    """Go on to the next step; after the last one to the quiz, or to the end if there is no quiz."""
    site = current_site()
    lesson = open_lesson(id)
    _step_or_404(lesson, screen)
    pupil = signed_in_pupil()
    last = screen == len(lesson.steps)
    has_quiz = lesson.quiz in site.quizzes
    if last and not has_quiz:
        complete_lesson(school(), pupil, lesson, site.today())
    else:
        record_screen(school(), pupil, lesson, screen + 1, site.today(), progress_since(lesson))
    school().commit()
    if not last:
        return redirect(url_for(".show_screen", id=id, screen=screen + 1), 303)
    if has_quiz:
        return redirect(url_for("quizzes.show", id=lesson.quiz), 303)
    return redirect(url_for(".show_help", id=id), 303)


@bp.get("/learn/lessons/<id>/help")
@pupil_required
def show_help(id: str) -> ResponseReturnValue:
    """What to do and who helps: three in sight, people of this school by name, and the rest folded away."""
    lesson = open_lesson(id, led=False)
    return help_page(pupil_page(), lesson, people_who_help())


def _reached(lesson: Lesson) -> int:
    """The furthest step of this pupil, or that of a class which is kept together: a question that was answered well
    ends the lesson, and the class still talks about it."""
    pupil = signed_in_pupil()
    together = check_of_app(CLASS_IS_AT)(pupil, lesson) if pupil.led else None
    if together is not None:
        return int(together)
    return furthest_screen(school_rows(), pupil, lesson, progress_since(lesson))


def _step_or_404(lesson: Lesson, screen: int) -> Step:
    if not 1 <= screen <= len(lesson.steps):
        raise NotFound
    return lesson.steps[screen - 1]
