"""The blueprints of this feature. Importing this module registers all of their views."""

from kiosk.slips.views import chase, family, giving, words_to_copy
from kiosk.slips.views.blueprint import bp
from kiosk.slips.views.family import bp as family_bp

BLUEPRINTS = (bp, family_bp)

__all__ = ["BLUEPRINTS", "chase", "family", "giving", "words_to_copy"]
