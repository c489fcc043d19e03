"""Every page of a led lesson. Importing this module registers all views and template helpers."""

from kiosk.classroom.views import beside, board, code, leading, sharing, tablets

BLUEPRINTS = (tablets.bp, sharing.bp, leading.bp, beside.bp, board.bp, board.by_code, code.bp)
