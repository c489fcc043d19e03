"""The end of a year beside rosters: whichever comes later decides, and last year's roster puts everybody back."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.accounts.roster.importing import apply_plan, plan_import, read_roster
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress, LessonSet, LessonSetPupil
from kiosk.lessons.progress import complete_lesson
from kiosk.storage.db import now_utc
from kiosk.year_end.ending import end_year
from kiosk.year_end.plan import plan_year_end
from kiosk.year_end.wishes import Becomes, Teachers, Wish, classes_now, suggest_wishes
from tests.factories import SITE_KEY

TODAY = date(2027, 7, 20)
THINGS = [f"thing{number}" for number in range(64)]
LAST_YEAR = b"""first_name,last_name,class,year
Ada,Ames,4B,4
Ben,Bell,4B,4
Cem,Can,5B,5
Dee,Dunn,6B,6
"""
# Ben repeats the year, and somebody is new.
NEXT_YEAR = b"""first_name,last_name,class,year
Ada,Ames,5B,5
Ben,Bell,4B,4
Cem,Can,6B,6
Eve,East,5B,5
"""


def read_in(session: Session, file: bytes) -> None:
    """Import a roster of the whole school."""
    plan = plan_import(session, read_roster(file, TODAY), SITE_KEY)
    assert plan.problems == ()
    apply_plan(session, plan, TODAY, SITE_KEY, THINGS)


def end(session: Session, lessons: Mapping[str, Lesson], stay: bool = False) -> None:
    wishes = suggest_wishes(classes_now(session))
    if stay:
        wishes = [Wish(one.was, Becomes.STAYS, one.was.name, one.was.year) for one in wishes]
    plan = plan_year_end(session, wishes, Teachers.NAME, TODAY, now_utc())
    end_year(session, plan, TODAY, lessons)


def children(session: Session) -> dict[str, str]:
    rows = session.execute(
        select(Pupil.first_name, ClassGroup.name).join(ClassGroup).where(Pupil.left_on.is_(None))
    )
    return {row.first_name: row.name for row in rows}


def test_a_roster_after_the_end_of_the_year_decides(session: Session, lessons: Mapping[str, Lesson]) -> None:
    read_in(session, LAST_YEAR)
    end(session, lessons)
    assert children(session) == {"Ada": "5B", "Ben": "5B", "Cem": "6B"}
    read_in(session, NEXT_YEAR)
    assert children(session) == {"Ada": "5B", "Ben": "4B", "Cem": "6B", "Eve": "5B"}


def test_after_a_roster_every_class_may_stay_and_only_what_lapses_is_reset(
    session: Session, lessons: Mapping[str, Lesson]
) -> None:
    read_in(session, LAST_YEAR)
    group = session.scalars(select(ClassGroup).where(ClassGroup.name == "5B")).one()
    lesson = list(lessons.values())[2]
    session.add(LessonSet(class_group_id=group.id, lesson_id=lesson.id, set_on=TODAY, for_everybody=False))
    session.flush()
    child = group.pupils[0]
    session.add(LessonSetPupil(class_group_id=group.id, lesson_id=lesson.id, pupil_id=child.id, set_on=TODAY))
    session.flush()
    read_in(session, NEXT_YEAR)
    before = children(session)
    end(session, lessons, stay=True)
    assert children(session) == before
    assert session.scalars(select(LessonSet)).all() == []
    assert session.scalars(select(LessonSetPupil)).all() == []


def test_last_years_roster_puts_everybody_back_with_what_they_have_learnt(
    session: Session, lessons: Mapping[str, Lesson]
) -> None:
    read_in(session, LAST_YEAR)
    before = children(session)
    dee = session.scalars(select(Pupil).where(Pupil.first_name == "Dee")).one()
    complete_lesson(session, dee, list(lessons.values())[2], date(2026, 11, 24))
    end(session, lessons)
    read_in(session, LAST_YEAR)
    assert children(session) == before
    assert session.scalars(select(LessonProgress.pupil_id)).all() == [dee.id]
