"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.oversight.views import (
    after_lesson,
    completion,
    consents,
    coverage,
    everybody,
    evidence,
    learning,
    lesson_paper,
    lessons,
    register,
)
from kiosk.oversight.views.blueprint import bp

PAGES = (
    after_lesson,
    completion,
    consents,
    coverage,
    everybody,
    evidence,
    learning,
    lesson_paper,
    lessons,
    register,
)
__all__ = ["PAGES", "bp"]
