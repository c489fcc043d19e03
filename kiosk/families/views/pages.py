"""Every page of the families' side: importing it registers all routes."""

from kiosk.families.views import help, home, languages, lesson, notices
from kiosk.families.views.blueprint import bp as bp
