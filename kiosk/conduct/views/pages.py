"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.conduct.views import children, family, pupil, staff
from kiosk.conduct.views.blueprint import bp as bp
