"""Before the bell: which lesson a class does next, and which adjustments each lesson holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup
from kiosk.content.language import ENGLISH
from kiosk.lessons.lesson import Lesson, lessons_for
from kiosk.lessons.sets import SetLesson, sets_of
from kiosk.lessons.stopped import Stop, stops_of
from kiosk.lessons.taught import LessonDone, done_together
from kiosk.oversight.programme import plans
from kiosk.site import Site
from kiosk.voices.lines import script_of
from kiosk.voices.recordings import spoken_id


@dataclass(frozen=True)
class ComingLesson:
    """A lesson that a class could do: by which day it is set, where the class stopped in it, whether it is done."""

    lesson: Lesson
    is_set: bool
    due_on: date | None
    stopped: Stop | None
    is_planned: bool
    is_done: bool


def coming_lessons(
    session: Session, class_group: ClassGroup, lessons: Mapping[str, Lesson], term_began: date, today: date
) -> list[ComingLesson]:
    """What a class may be led through, the next first: set, by its day; begun; planned for its year; the rest.

    It asks what was set, planned and done together, and nothing of a child. What is done comes last; set anew after
    that, it is to be done again.
    """
    known = {id: lesson for id, lesson in lessons.items() if lesson.status != "retired"}
    done = done_together(session, class_group, known, term_began, today)
    stops, plan = stops_of(session, class_group), plans(session).get(class_group.year, {})
    own_sets = {one.lesson_id: one for one in sets_of(session, class_group) if one.for_everybody}
    order = dict.fromkeys(
        (
            *sorted(own_sets, key=lambda id: own_sets[id].due_on or date.max),
            *sorted(stops, key=lambda id: stops[id].day, reverse=True),
            *sorted(plan, key=lambda id: (plan[id], id)),
            *(one.id for one in lessons_for(class_group, known.values())),
        )
    )
    found = [
        ComingLesson(
            lesson=known[id],
            is_set=id in own_sets,
            due_on=own_sets[id].due_on if id in own_sets else None,
            stopped=stops.get(id),
            is_planned=id in plan,
            is_done=_is_done(done.get(id), own_sets.get(id)),
        )
        for id in order
        if id in known and (id in own_sets or known[id].is_for(class_group))
    ]
    return sorted(found, key=lambda one: one.is_done)


def _is_done(done: LessonDone | None, set_now: SetLesson | None) -> bool:
    return done is not None and not (set_now and set_now.set_on > done.day)


@dataclass(frozen=True)
class Holds:
    """What a lesson holds of what may be set for a child; languages as the school lists them."""

    read_by_somebody: tuple[str, ...]  # every line of it and its quiz is read by an adult of the school
    simpler: tuple[str, ...]  # every step and question is said in fewer words
    pictured: bool


def holds(site: Site, lesson: Lesson, languages: Sequence[str]) -> Holds:
    """What a lesson holds in each language in which children may meet it."""
    met = [lang for lang in languages if lang == ENGLISH or _is_met_in(site, lesson, lang)]
    return Holds(
        tuple(lang for lang in met if _is_read(site, lesson, lang)),
        tuple(lang for lang in met if _is_in_fewer_words(site, lesson, lang)),
        bool(lesson.cover),
    )


def _is_met_in(site: Site, lesson: Lesson, lang: str) -> bool:
    quiz = site.quizzes.get(lesson.quiz)
    translated = lang in lesson.translations and (quiz is None or lang in quiz.translations)
    return translated and (not lesson.guarded or site.in_use.has_translation(lesson.id, lang))


def _is_read(site: Site, lesson: Lesson, lang: str) -> bool:
    approved = site.voices.get(spoken_id(lesson.id, lang))
    script = script_of(site, lesson.id, lang) if approved else None
    return bool(approved and script and all(line.digest in approved for line in script.lines))


def _is_in_fewer_words(site: Site, lesson: Lesson, lang: str) -> bool:
    said = lesson if lang == ENGLISH else lesson.translations[lang]
    quiz = site.quizzes.get(lesson.quiz)
    asked = quiz if quiz is None or lang == ENGLISH else quiz.translations[lang]
    return said.in_fewer_words and (asked is None or asked.in_fewer_words)
