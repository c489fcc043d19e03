"""The question that a class takes home: of the lesson that is planned for it now, never of a sensitive one."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup
from kiosk.lessons.at_home import AtHome
from kiosk.lessons.lesson import Lesson
from kiosk.oversight.programme import current_half, half_terms, plans
from kiosk.site import Site
from kiosk.slips.languages import Said, said
from kiosk.wording.messages import N_

# Where nothing is planned, or the lesson says nothing for homes: it fits every age and no lesson.
ANY_DAY = N_("What was the best thing you saw online today?")
ANY_DAY_LISTEN = N_("What your child liked about it.")
NOTHING_SAID = Said("", "")


class Question(NamedTuple):
    """What a family can ask, and what the class learns; nothing of what any child said or did."""

    ask: Said
    listen_for: Said
    lesson: str = ""  # its title in English; empty where the question is of no lesson
    learns: Said = NOTHING_SAID


def planned_lessons(session: Session, site: Site, groups: Sequence[ClassGroup]) -> dict[uuid.UUID, str]:
    """By class the lesson of this half-term, or in a holiday or a gap of the last one before; none where none fits."""
    listed = half_terms(site.term_dates.written.terms, site.calendar, site.today())
    now, by_year = current_half(listed, site.today()), plans(session)
    found = {}
    for group in groups:
        planned = by_year.get(group.year) or site.year_plans.get(group.year, {})
        begun = sorted((half, id) for id, half in planned.items() if now is None or half <= now.number)
        lessons = (site.lessons[id] for _half, id in reversed(begun) if id in site.lessons)
        if lesson := next((one for one in lessons if one.is_for(group) and not one.quiet), None):
            found[group.id] = lesson.id
    return found


def question_of(site: Site, lesson_id: str, lang: str) -> Question:
    """The question of a lesson in English and a family's language; the one of any day where it has none for homes.

    Its own language stands beside the English once two people approved that translation.
    """
    lesson = site.lessons.get(lesson_id)
    home = None if lesson is None or lesson.quiet else lesson.at_home
    if lesson is None or home is None or home.ask is None or home.listen_for is None:
        return Question(said(ANY_DAY, lang), said(ANY_DAY_LISTEN, lang))
    own = _own_words(site, lesson, lang)
    return Question(
        Said(home.ask, own.ask or "" if own else ""),
        Said(home.listen_for, own.listen_for or "" if own else ""),
        lesson.title,
        Said(home.learns[0], own.learns[0] if own else ""),
    )


def _own_words(site: Site, lesson: Lesson, lang: str) -> AtHome | None:
    found = lesson.translations.get(lang)
    home = found.at_home if found and site.in_use.has_translation(lesson.id, lang) else None
    return home if home and home.lang == lang else None
