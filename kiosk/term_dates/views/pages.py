"""The blueprint of this feature. Importing this module registers all of its views."""

from kiosk.term_dates.views import calendar, ics_import
from kiosk.term_dates.views.calendar import bp as bp
