"""The question that a class takes home: of the lesson that is planned for it now, never of a sensitive one."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup
from kiosk.lessons.lesson import Lesson
from kiosk.oversight.programme import HalfTerm, current_half, half_terms, plans
from kiosk.site import Site
from kiosk.slips.languages import Said, said
from kiosk.wording.messages import N_

# Where nothing is planned, or the lesson says nothing for homes: it fits every age and no lesson.
ANY_DAY = N_("What was the best thing you saw online today?")
ANY_DAY_LISTEN = N_("What your child liked about it.")
NOTHING_SAID = Said("", "")


@dataclass(frozen=True)
class Question:
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
        lesson = _latest(site, group, planned, now)
        if lesson:
            found[group.id] = lesson.id
    return found


def question_of(site: Site, lesson_id: str, lang: str) -> Question:
    """The question of a lesson in English and a family's language; the one of any day where it has none for homes."""
    lesson = site.lessons.get(lesson_id)
    home = None if lesson is None or lesson.quiet else getattr(lesson, "home", None)
    if lesson is None or home is None or not home.ask:
        return Question(said(ANY_DAY, lang), said(ANY_DAY_LISTEN, lang))
    learns = Said(home.learns[0], "") if home.learns else NOTHING_SAID
    return Question(Said(home.ask, ""), Said(home.listen_for, ""), lesson.title, learns)


def _latest(
    site: Site, group: ClassGroup, planned: Mapping[str, int], now: HalfTerm | None
) -> Lesson | None:
    ids = sorted((half, id) for id, half in planned.items() if now is None or half <= now.number)
    fitting = (site.lessons[id] for _, id in reversed(ids) if id in site.lessons)
    return next((one for one in fitting if one.is_for(group) and not one.quiet), None)
