"""The lessons and Codes that these tests speak of, and a school before its end of year."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.lessons.lesson import Lesson
from kiosk.site import Content
from tests.factories import make_class_group, make_pupil, make_staff


@dataclass(frozen=True)
class SmallSchool:
    """Three classes, one of which is the oldest, each with its teacher."""

    four: ClassGroup
    five: ClassGroup
    six: ClassGroup
    teachers: dict[str, StaffMember]


@pytest.fixture
def lessons(content: Content) -> Mapping[str, Lesson]:
    """The shipped lessons."""
    found: Mapping[str, Lesson] = content.lessons
    return found


@pytest.fixture
def code(content: Content) -> Code:
    """The English Code of ks2."""
    found: Code = content.codes["ks2", "en"]
    return found


@pytest.fixture
def small(session: Session) -> SmallSchool:
    """4B with Ada and Ben, 5B with Cem, 6B with Dee."""
    groups, teachers = {}, {}
    for name, children in (("4B", ("Ada", "Ben")), ("5B", ("Cem",)), ("6B", ("Dee",))):
        teachers[name] = make_staff(session, name=f"Ms {name}")
        groups[name] = make_class_group(
            session, name=name, year=name[0], band=Band.KS2, teacher=teachers[name]
        )
        for child in children:
            make_pupil(session, groups[name], first_name=child, key_hash=b"pictures")
    return SmallSchool(groups["4B"], groups["5B"], groups["6B"], teachers)
