"""Hands and coloured cards: the teacher counts them with a tap each, so one device in the room is enough."""

import uuid

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from kiosk.accounts.login import staff_required
from kiosk.accounts.views.windows import class_of_today
from kiosk.classroom.answers import count_hand
from kiosk.classroom.views.found import answers_now
from kiosk.classroom.views.leading import bp, led_in
from kiosk.site import current_site


@bp.post("/hands")
@staff_required()
def count(class_id: uuid.UUID) -> ResponseReturnValue:
    """Count one hand more or less for an answer of the step at which the class is; once it is shown nothing changes."""
    group = class_of_today(class_id)
    found = led_in(group)
    there = redirect(url_for(".show", class_id=class_id, _anchor="hands"), 303)
    if found is None:
        return there
    _window, led, lesson = found
    before = answers_now(led, lesson)
    more = request.form.get("more", "")
    option = more or request.form.get("less", "")
    still_here = request.form.get("place", "") == str(led.place)
    if before and still_here and led.counts_answers and option in {bar.option.id for bar in before.bars}:
        with current_site().databases.sessions.rows(write=True) as rows:
            count_hand(rows, led.window_id, led.place, option, bool(more))
    if request.htmx and before:
        return render_template("classroom/_hands.html", group=group, led=led, tally=answers_now(led, lesson))
    return there
