"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.staff.views import home
from kiosk.staff.views.bar import staff_bar
from kiosk.staff.views.blueprint import bp

PAGES = (home,)
__all__ = ["PAGES", "bp", "staff_bar"]
