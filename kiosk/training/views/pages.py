"""The blueprint of this feature. Importing this module registers all of its views."""

from kiosk.training.views import keeping, own
from kiosk.training.views.blueprint import bp

__all__ = ["bp", "keeping", "own"]
