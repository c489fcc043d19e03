"""The blueprint of this feature. Importing this module registers all of its views."""

from kiosk.visitors.views import office, reception
from kiosk.visitors.views.blueprint import bp

__all__ = ["bp", "office", "reception"]
