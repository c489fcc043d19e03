"""Ending a school year: what a plan says, written in one transaction that the caller commits (promise E15)."""

import itertools
import uuid
from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.classes.join_cards import end_cards_of
from kiosk.accounts.classes.windows import close_expired
from kiosk.accounts.models import ClassGroup, ClassTeacher, Pupil
from kiosk.lessons.lesson import Lesson
from kiosk.storage.db import now_utc
from kiosk.year_end.lapsing import delete_gone, forget_tallies, reset_codes, reset_lessons
from kiosk.year_end.plan import Step, YearPlan, other_keys
from kiosk.year_end.wishes import Becomes, Teachers

LONGEST_NAME = 60


class YearPlanNotClean(Exception):
    """A plan has problems, or a class is open, so nothing of it may be written."""


def lock_classes(session: Session) -> None:
    """Nobody opens a class or ends the year at the same time; call it before a plan is made that will be written."""
    session.scalars(select(ClassGroup.id).order_by(ClassGroup.id).with_for_update()).all()
    close_expired(session, now_utc())


def end_year(session: Session, plan: YearPlan, today: date, lessons: Mapping[str, Lesson]) -> None:
    """Write a plan; raises YearPlanNotClean if it may not be. What is deleted here cannot be brought back."""
    if plan.problems or plan.open_classes:
        raise YearPlanNotClean
    taught = _teachers_by_name(session)
    delete_gone(session, today)
    _free_names(session, plan, today)
    for step in plan.steps:
        _end_class_year(session, step, today)
    _give_teachers(session, plan, taught)
    reset_codes(session, today)
    reset_lessons(session, today, lessons)
    forget_tallies(session, lessons)
    session.flush()
    session.expire_all()


def _end_class_year(session: Session, step: Step, today: date) -> None:
    group = update(ClassGroup).where(ClassGroup.id == step.class_id)
    if step.becomes is Becomes.LEAVES:
        here = Pupil.class_group_id == step.class_id, Pupil.left_on.is_(None)
        end_cards_of(session, session.scalars(select(Pupil.id).where(*here)).all())
        # What is set for a child is no longer needed once somebody has left.
        session.execute(update(Pupil).where(*here).values(left_on=today, adjustments=0))
    elif step.becomes is Becomes.UP:
        session.execute(group.values(name=step.name, year=step.year, band=step.band))
        if other_keys(step):
            session.execute(update(Pupil).where(Pupil.class_group_id == step.class_id).values(key_hash=None))


def _free_names(session: Session, plan: YearPlan, today: date) -> None:
    """Classes may take each other's names, and that of one that leaves: no name is used twice at any moment."""
    steps = {step.class_id: step for step in plan.steps}
    names = {row.id: row.name for row in session.execute(select(ClassGroup.id, ClassGroup.name))}
    taken = {step.name.casefold() for step in plan.steps if step.becomes is not Becomes.LEAVES}
    used = taken | {name.casefold() for name in names.values()}
    for class_id, name in names.items():
        step = steps.get(class_id)
        if step and step.becomes is Becomes.UP:
            kept = f"~{class_id.hex}"
        elif (step and step.becomes is Becomes.LEAVES) or (step is None and name.casefold() in taken):
            kept = _old_name(name, today, used)
        else:
            continue
        session.execute(update(ClassGroup).where(ClassGroup.id == class_id).values(name=kept))


def _old_name(name: str, today: date, used: set[str]) -> str:
    """The name under which a class that has left is stored for a year: "6B (left 2027)"."""
    for number in itertools.count(1):
        end = f" (left {today:%Y})" if number == 1 else f" (left {today:%Y}) {number}"
        old = name[: LONGEST_NAME - len(end)] + end
        if old.casefold() not in used:
            used.add(old.casefold())
            return old
    raise AssertionError  # pragma: no cover - the loop always returns


def _teachers_by_name(session: Session) -> dict[str, list[uuid.UUID]]:
    rows = session.execute(
        select(ClassGroup.name, ClassTeacher.staff_id).join(
            ClassTeacher, ClassTeacher.class_group_id == ClassGroup.id
        )
    )
    found: dict[str, list[uuid.UUID]] = {}
    for name, staff_id in rows:
        found.setdefault(name.casefold(), []).append(staff_id)
    return found


def _give_teachers(session: Session, plan: YearPlan, taught: Mapping[str, list[uuid.UUID]]) -> None:
    """Whoever taught a class that has left teaches it no more; the others as the plan says."""
    for step in plan.steps:
        if step.becomes is Becomes.STAYS and plan.teachers is not Teachers.NOBODY:
            continue
        if step.becomes is Becomes.UP and plan.teachers is Teachers.CHILDREN:
            continue
        session.execute(delete(ClassTeacher).where(ClassTeacher.class_group_id == step.class_id))
        if step.becomes is Becomes.UP and plan.teachers is Teachers.NAME:
            session.add_all(
                ClassTeacher(class_group_id=step.class_id, staff_id=staff_id)
                for staff_id in taught.get(step.name.casefold(), [])
            )
