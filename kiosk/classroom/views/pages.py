"""Every page of a led lesson. Importing this module registers all views and template helpers."""

from kiosk.classroom.views import beside, board, code, leading, led_class, sharing, tablets

BLUEPRINTS = (tablets.bp, sharing.bp, led_class.bp, beside.bp, board.bp, board.by_code, code.bp)
