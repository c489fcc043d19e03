"""Every page of a led lesson: importing them gives the blueprints their addresses and the templates their pictures."""

from kiosk.classroom.views import board, eyes, hands, leading, opening, tablets

PAGES = (eyes, hands, opening)
BLUEPRINTS = (tablets.bp, leading.bp, board.bp)
