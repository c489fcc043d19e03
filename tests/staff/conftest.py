"""The lessons, quizzes and Codes that these tests speak of, as in those of oversight."""

from tests.oversight.conftest import code, codes, lessons, quizzes, upstander

__all__ = ["code", "codes", "lessons", "quizzes", "upstander"]
