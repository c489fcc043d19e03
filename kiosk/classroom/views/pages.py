"""Every page of a led lesson. Importing this module registers all views and template helpers."""

from kiosk.classroom.views import board, leading, tablets

BLUEPRINTS = (tablets.bp, leading.bp, board.bp)
