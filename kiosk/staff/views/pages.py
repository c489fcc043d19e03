"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.staff.views import home
from kiosk.staff.views.bar import staff_bar as staff_bar
from kiosk.staff.views.home import bp as bp
