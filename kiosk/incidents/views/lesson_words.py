"""Words of the classes of cases from which a lesson can follow, and of the lesson of a planned change."""

from collections.abc import Mapping

from flask_babel import gettext as _

from kiosk.incidents.closing import NO_LESSON
from kiosk.incidents.lessons_that_fit import lessons_for_route
from kiosk.incidents.views.answers import BANDS
from kiosk.lessons.lesson import Lesson
from kiosk.messages import N_
from kiosk.site import current_site

CLASS_WORDS = {
    "unkind": N_("Being unkind, and bullying"),
    "contact": N_("People met online, and pictures"),
    "screens": N_("Things seen on a screen, and scams"),
    "worries": N_("Worries about oneself or a friend"),
}
# What children told, so general that it points at nobody; whoever writes the board changes it as they like.
SAID = {
    "unkind": N_("People are not always kind to each other online."),
    "contact": N_("It is hard to know who somebody is online, and what to do with pictures."),
    "screens": N_("Some things on a screen are not nice, and some are tricks."),
    "worries": N_("It is hard to know what to do when you or a friend do not feel all right."),
}


def lesson_words(lesson: Lesson) -> str:
    """A lesson in what the school changes: its title and for whom."""
    return str(_("%(title)s, for %(years)s", title=lesson.title, years=_(BANDS[lesson.band])))


def lesson_choices(route: str) -> dict[str, str]:
    """The lessons that fit a case of this route, by id, and none of them; nothing where there is none."""
    fitting = lessons_for_route(route, current_site().lessons)
    found = {one.id: lesson_words(one) for one in fitting}
    return {**found, NO_LESSON: str(_("None of these"))} if found else {}


def chosen_words(value: str) -> str:
    """What was chosen, in words; a lesson that is no longer there by its id."""
    lessons: Mapping[str, Lesson] = current_site().lessons
    if value == NO_LESSON:
        return str(_("None of these"))
    return lesson_words(lessons[value]) if value in lessons else value
