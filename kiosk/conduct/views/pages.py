"""The blueprint of this feature. Importing this module registers all of its views."""

from kiosk.conduct.views import children, family, pupil, staff
from kiosk.conduct.views.blueprint import bp as bp
