"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.oversight.views import (
    after_lesson,
    catch_up,
    completion,
    consents,
    coverage,
    everybody,
    evidence,
    learning,
    lesson_paper,
    lessons,
    programme,
    register,
    setting,
)
from kiosk.oversight.views.blueprint import bp as bp
