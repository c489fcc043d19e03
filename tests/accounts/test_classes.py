"""Whose class is whose, and who is in it."""

import uuid
from datetime import date

import pytest
from sqlalchemy.orm import Session

from kiosk.accounts.classes import classes_of, find_pupil, may_open_class, present_pupils, year_order
from kiosk.accounts.models import Role
from tests.factories import make_class_group, make_pupil, make_staff


def test_teachers_open_their_own_classes_and_some_roles_open_all(session: Session) -> None:
    teacher, lead = make_staff(session), make_staff(session, Role.DSL)
    own, other = make_class_group(session, teacher=teacher), make_class_group(session)
    for group in (own, other):
        make_pupil(session, group)
    assert classes_of(session, teacher) == [own]
    assert (may_open_class(session, teacher, own), may_open_class(session, teacher, other)) == (True, False)
    assert classes_of(session, lead) == []
    for role in (Role.NETWORK, Role.COORDINATOR, Role.PRINCIPAL):
        staff = make_staff(session, role)
        assert {group.id for group in classes_of(session, staff)} == {own.id, other.id}
        assert may_open_class(session, staff, other)


def test_classes_come_youngest_first_and_empty_ones_not_at_all(session: Session) -> None:
    teacher = make_staff(session)
    for year in ("10", "R", "2", "3/4", "N"):
        make_pupil(session, make_class_group(session, teacher=teacher, year=year))
    make_class_group(session, teacher=teacher, year="1")
    gone = make_class_group(session, teacher=teacher, year="1")
    make_pupil(session, gone, left_on=date(2026, 7, 1))
    assert [group.year for group in classes_of(session, teacher)] == ["N", "R", "2", "3/4", "10"]


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
