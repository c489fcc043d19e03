"""The blueprint of this feature. Importing this module registers all of its views."""

from kiosk.filtering.views import grid
from kiosk.filtering.views.desk import bp

__all__ = ["bp", "grid"]
