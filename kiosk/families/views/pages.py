"""Every page of the families' side: importing it registers all routes."""

from kiosk.families.views import help, home, languages
from kiosk.families.views.blueprint import bp as bp
