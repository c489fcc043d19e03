"""Every page of a led lesson. Importing this module registers all views and template helpers."""

from kiosk.classroom.views import beside, board, leading, led_class, tablets

BLUEPRINTS = (tablets.bp, led_class.bp, beside.bp, board.bp)
