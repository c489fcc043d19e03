"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.oversight.views import (
    completion,
    consents,
    coverage,
    evidence,
    learning,
    lessons,
    register,
)
from kiosk.oversight.views.blueprint import bp

PAGES = (completion, consents, coverage, evidence, learning, lessons, register)
__all__ = ["PAGES", "bp"]
