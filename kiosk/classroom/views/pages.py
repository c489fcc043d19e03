"""Every page of a led lesson: importing them gives the blueprints their addresses and the templates their pictures."""

from kiosk.classroom.views import board, leading, tablets

BLUEPRINTS = (tablets.bp, leading.bp, board.bp)
