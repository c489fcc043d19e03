"""The lessons, quizzes and Codes that these tests speak of."""

from typing import Any

import pytest

from kiosk.conduct.code import Code, Codes
from kiosk.lessons.lesson import Lesson
from kiosk.quizzes.quiz import Quiz


@pytest.fixture
def lessons(content: dict[str, Any]) -> dict[str, Lesson]:
    """The shipped lessons."""
    found: dict[str, Lesson] = content["kiosk.lessons"]
    return found


@pytest.fixture
def quizzes(content: dict[str, Any]) -> dict[str, Quiz]:
    """The shipped quizzes."""
    found: dict[str, Quiz] = content["kiosk.quizzes"]
    return found


@pytest.fixture
def codes(content: dict[str, Any]) -> Codes:
    """The shipped Codes."""
    found: Codes = content["kiosk.codes"]
    return found


@pytest.fixture
def upstander(lessons: dict[str, Lesson]) -> Lesson:
    """A lesson of ks2 about bullying."""
    return lessons["ks2-bullying-upstander"]


@pytest.fixture
def code(codes: Codes) -> Code:
    """The English Code of ks2."""
    return codes["ks2", "en"]
