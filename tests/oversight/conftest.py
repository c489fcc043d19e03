"""The lessons, quizzes and Codes that these tests speak of."""

from collections.abc import Mapping

import pytest
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.conduct.code import Code, Codes
from kiosk.lessons.lesson import Lesson
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content
from tests.factories import make_staff
from tests.oversight.asking import Staff
from tests.oversight.school import fill_class


@pytest.fixture
def lessons(content: Content) -> Mapping[str, Lesson]:
    """The shipped lessons."""
    found: Mapping[str, Lesson] = content.lessons
    return found


@pytest.fixture
def quizzes(content: Content) -> Mapping[str, Quiz]:
    """The shipped quizzes."""
    found: Mapping[str, Quiz] = content.quizzes
    return found


@pytest.fixture
def codes(content: Content) -> Codes:
    """The shipped Codes."""
    found: Codes = content.codes
    return found


@pytest.fixture
def upstander(lessons: Mapping[str, Lesson]) -> Lesson:
    """A lesson of ks2 about bullying."""
    return lessons["ks2-bullying-upstander"]


@pytest.fixture
def code(codes: Codes) -> Code:
    """The English Code of ks2."""
    return codes["ks2", "en"]


@pytest.fixture
def staff(session: Session) -> Staff:
    """The people of these tests."""
    return Staff(session)


@pytest.fixture
def teacher(session: Session) -> StaffMember:
    """A teacher."""
    return make_staff(session)


@pytest.fixture
def group(session: Session, teacher: StaffMember) -> ClassGroup:
    """A class of the teacher, with four children."""
    return fill_class(session, 4, teacher)
