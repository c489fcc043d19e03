"""The blueprints of this feature. Importing this module registers all of their views."""

from kiosk.slips.views import family, office, words_to_copy
from kiosk.slips.views.family import bp as family_bp
from kiosk.slips.views.office import bp

BLUEPRINTS = (bp, family_bp)

__all__ = ["BLUEPRINTS", "family", "office", "words_to_copy"]
