"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.term_dates.views import calendar, ics_import
from kiosk.term_dates.views.calendar import bp as bp
