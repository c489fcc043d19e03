"""Every page of a led lesson: importing them gives the blueprints their addresses and the templates their pictures."""

from kiosk.classroom.views import board, eyes, leading, tablets

PAGES = (eyes,)
BLUEPRINTS = (tablets.bp, leading.bp, board.bp)
