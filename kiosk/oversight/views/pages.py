"""The blueprint of this feature. Importing this module registers all of its views."""

from kiosk.oversight.views import (
    access,
    after_lesson,
    catch_up,
    completion,
    consents,
    coverage,
    everybody,
    learning,
    lesson_paper,
    lessons,
    programme,
    ready,
    register,
    setting,
)
from kiosk.oversight.views.blueprint import bp as bp
