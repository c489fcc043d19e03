"""The code on the wall in two clicks: open a class and show its board."""

import uuid

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.login import staff_required
from kiosk.accounts.views.windows import class_of_today, window_now
from kiosk.classroom.board_address import board_token
from kiosk.classroom.views.leading import bp
from kiosk.site import current_site
from kiosk.stores import school


@bp.post("/board")
@staff_required()
def open_board(class_id: uuid.UUID) -> ResponseReturnValue:
    """Open a class that is closed, and go to its board; a class that is open gets no more time by it."""
    window = window_now(class_of_today(class_id))
    school().commit()
    return redirect(url_for("board.show", token=board_token(current_site().key, window.id)), 303)
