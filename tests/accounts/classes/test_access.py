"""Whose class is whose, and who is in it."""

import uuid
from datetime import date

import pytest
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import (
    class_to_look_at,
    classes_to_open,
    find_pupil,
    may_open_class,
    opens_every_class,
    present_pupils,
    sees_all_progress,
    sees_school_figures,
    year_order,
)
from kiosk.roles import Role
from tests.factories import make_class_group, make_pupil, make_staff


def test_teachers_open_their_own_classes_and_some_roles_open_all(session: Session) -> None:
    teacher, lead = make_staff(session), make_staff(session, Role.DSL)
    own, other = make_class_group(session, teacher=teacher), make_class_group(session)
    for group in (own, other):
        make_pupil(session, group)
    assert classes_to_open(session, teacher) == [own]
    assert (may_open_class(session, teacher, own), may_open_class(session, teacher, other)) == (True, False)
    assert classes_to_open(session, lead) == []
    for role in (Role.NETWORK, Role.COORDINATOR, Role.PRINCIPAL):
        staff = make_staff(session, role)
        assert {group.id for group in classes_to_open(session, staff)} == {own.id, other.id}
        assert may_open_class(session, staff, other)


def test_whoever_teaches_no_more_sees_no_progress_of_a_class_that_is_still_theirs(session: Session) -> None:
    teacher = make_staff(session)
    own = make_class_group(session, teacher=teacher)
    assert class_to_look_at(session, teacher, own.id) is own
    teacher.teaches = False
    assert class_to_look_at(session, teacher, own.id) is None


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.TEACHER, set()),
        (Role.DSL, {"progress", "figures"}),
        (Role.COORDINATOR, {"open", "progress", "figures"}),
        (Role.PRINCIPAL, {"open", "progress", "figures"}),
        (Role.CHAIR, {"figures"}),
        (Role.NETWORK, {"open"}),
    ],
)
def test_opening_classes_seeing_progress_and_seeing_figures_are_three_rights(
    session: Session, role: Role, rights: set[str]
) -> None:
    """The table of docs/architecture.md, "Who sees classes"."""
    staff = make_staff(session) if role is Role.TEACHER else make_staff(session, role)
    asked = {"open": opens_every_class, "progress": sees_all_progress, "figures": sees_school_figures}
    assert {name for name, has in asked.items() if has(staff)} == rights


def test_classes_come_youngest_first_and_empty_ones_not_at_all(session: Session) -> None:
    teacher = make_staff(session)
    for year in ("10", "R", "2", "3/4", "N"):
        make_pupil(session, make_class_group(session, teacher=teacher, year=year))
    make_class_group(session, teacher=teacher, year="1")
    gone = make_class_group(session, teacher=teacher, year="1")
    make_pupil(session, gone, left_on=date(2026, 7, 1))
    assert [group.year for group in classes_to_open(session, teacher)] == ["N", "R", "2", "3/4", "10"]


def test_children_come_by_first_name_without_those_who_left(session: Session) -> None:
    group = make_class_group(session)
    for name in ("zoë", "Amira", "leo"):
        make_pupil(session, group, first_name=name)
    make_pupil(session, group, first_name="Bo", left_on=date(2026, 7, 1))
    assert [pupil.first_name for pupil in present_pupils(session, group)] == ["Amira", "leo", "zoë"]


def test_a_child_is_found_in_the_own_class_alone(session: Session) -> None:
    group, other = make_class_group(session), make_class_group(session)
    pupil = make_pupil(session, group)
    assert find_pupil(session, group, pupil.id) is pupil
    assert find_pupil(session, other, pupil.id) is None
    assert find_pupil(session, group, uuid.uuid4()) is None
    pupil.left_on = date(2026, 7, 1)
    assert find_pupil(session, group, pupil.id) is None


@pytest.mark.parametrize(
    ("younger", "older"), [("N", "R"), ("R", "1"), ("2", "10"), ("3/4", "5"), ("13", "odd")]
)
def test_years_sort_as_children_grow(younger: str, older: str) -> None:
    assert year_order(younger) < year_order(older)
