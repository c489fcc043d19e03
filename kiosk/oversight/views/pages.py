"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.oversight.views import (
    completion,
    coverage,
    evidence,
    home,
    lessons,
    register,
    settings,
    settings_import,
)
from kiosk.oversight.views.bar import staff_bar
from kiosk.oversight.views.blueprint import bp

PAGES = (completion, coverage, evidence, home, lessons, register, settings, settings_import)
__all__ = ["PAGES", "bp", "staff_bar"]
