"""What the demo school's children have done so far: some have finished, some are half way, some have not begun."""

from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.models import Decision, Mode, SignOff
from kiosk.demo.people import teacher_of
from kiosk.lessons.lesson import Lesson, lessons_for
from kiosk.lessons.progress import complete_lesson, record_screen, set_lesson, start_lesson
from kiosk.lessons.sets import set_for_class, set_lesson_for_some
from kiosk.oversight.programme import offered_plans, save_plan
from kiosk.quizzes.attempts import note_met
from kiosk.quizzes.models import AnswerTally
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content

DAYS_SINCE_SET = 12
DAYS_TO_GO = 9
CLASS_WITH_DAYS = "Kestrels"  # the class whose lessons have due days, a few of them for one child
A_FEW = 3
UNTOUCHED_CLASS = "Swifts"  # one class has done nothing yet, to show the empty pages too


def add_learning(session: Session, content: Content, today: date, chance: Random) -> None:
    """Set each class the lessons for it, and let most children do some of them."""
    for group in session.scalars(select(ClassGroup).order_by(ClassGroup.name)):
        for lesson in _own_lessons(group, content):
            set_lesson(session, group, lesson, today - timedelta(days=DAYS_SINCE_SET))
            if group.name != UNTOUCHED_CLASS:
                _add_progress(session, group, lesson, content.quizzes.get(lesson.quiz), today, chance)
        if group.name != UNTOUCHED_CLASS:
            if group.name == CLASS_WITH_DAYS:
                _say_days(session, group, content, today)
            _add_signatures(session, group, content.codes.get(group.band.value, "en"), today, chance)


def add_programme(session: Session, content: Content) -> None:
    """kiosk's plan for each year; one year is not planned yet."""
    years = session.scalars(
        select(ClassGroup.year).where(ClassGroup.name != UNTOUCHED_CLASS).distinct()
    ).all()
    for year, plan in offered_plans(content.year_plans, content.lessons, years).items():
        save_plan(session, year, plan)


def _own_lessons(group: ClassGroup, content: Content) -> list[Lesson]:
    """The lessons for a class; reception has its own sittings alone, where there are any."""
    own = lessons_for(group, content.lessons.values())
    return [lesson for lesson in own if lesson.early] or own


def _say_days(session: Session, group: ClassGroup, content: Content, today: date) -> None:
    """One lesson was wanted by yesterday, one is for next week, and three children have an easier one."""
    own = _own_lessons(group, content)
    for lesson, days in zip(own, (-1, DAYS_TO_GO), strict=False):
        set_for_class(session, group, lesson, today, today + timedelta(days=days))
    easier = next(
        lesson for lesson in content.lessons.values() if lesson.band == Band.KS1 and not lesson.years
    )
    few = [pupil.id for pupil in sorted(group.pupils, key=lambda pupil: pupil.first_name)[-A_FEW:]]
    set_lesson_for_some(session, group, easier, today, today + timedelta(days=DAYS_TO_GO), few)


def _add_progress(
    session: Session, group: ClassGroup, lesson: Lesson, quiz: Quiz | None, today: date, chance: Random
) -> None:
    for pupil in group.pupils:
        day = today - timedelta(days=chance.randrange(1, DAYS_SINCE_SET))
        luck = chance.random()
        if luck < 0.2:
            continue
        start_lesson(session, pupil, lesson, day)
        record_screen(session, pupil, lesson, chance.randrange(1, len(lesson.steps) + 1), day)
        if luck > 0.4:
            if quiz:
                for question in quiz.questions:
                    note_met(session, pupil, quiz, question, day)
            complete_lesson(session, pupil, lesson, day)
    if quiz:
        _add_tally(session, group, quiz, chance)


def _add_tally(session: Session, group: ClassGroup, quiz: Quiz, chance: Random) -> None:
    for question in quiz.questions:
        for option in getattr(question, "options", ()):
            # Before a lesson fewer know it than afterwards, so that the page shows what a class has gained.
            early = question.id == quiz.starter
            count = chance.randrange(*((5, 8) if early else (9, 15)) if option.correct else (early * 2, 7))
            if count:
                session.add(
                    AnswerTally(
                        class_group_id=group.id,
                        quiz_id=quiz.id,
                        version=quiz.hash,
                        question_id=question.id,
                        option_id=option.id,
                        count=count,
                    )
                )


def _add_signatures(session: Session, group: ClassGroup, code: Code, today: date, chance: Random) -> None:
    witness = teacher_of(session, group)
    for pupil in group.pupils:
        luck = chance.random()
        if luck < 0.15:
            continue
        decision = Decision.QUESTION if luck < 0.2 else Decision.NOT_YET if luck < 0.25 else Decision.AGREE
        session.add(_sign_off(pupil, code, decision, group.band, today - timedelta(days=9), witness.id))


def _sign_off(pupil: Pupil, code: Code, decision: Decision, band: Band, day: date, witness: Any) -> SignOff:
    return SignOff(
        pupil_id=pupil.id,
        code_id=code.id,
        code_version=code.version,
        code_hash=code.hash,
        lang="en",
        mode=Mode.MARK if band == Band.KS1 else Mode.KEY,
        decision=decision,
        witness_id=witness,
        decided_on=day,
    )
