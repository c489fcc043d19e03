"""The Code of a class on the board: an adult reads it with the class, rule by rule, and no tablet is needed."""

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.classes.views.windows import class_of_today, window_now
from kiosk.accounts.classes.windows import window_of
from kiosk.accounts.sign_in.login import staff_required
from kiosk.classroom import leading
from kiosk.classroom.views.board import board_url, rule_shown
from kiosk.classroom.views.found import code_led_now
from kiosk.classroom.views.led_class import led_in
from kiosk.content.language import ENGLISH
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import number_of
from kiosk.web.request_sessions import school

bp = Blueprint("class_code", __name__, url_prefix="/staff/classes/<uuid:class_id>/code")


@bp.get("")
@staff_required()
def show(class_id: uuid.UUID) -> ResponseReturnValue:
    """The rule that is on the board, in the words that an adult says; before the first one how to begin."""
    group = class_of_today(class_id)
    window = window_of(school(), group, now_utc())
    led = code_led_now(window.id) if window else None
    if led is None and led_in(group):
        return redirect(url_for("leading.show", class_id=class_id))
    return render_template(
        "classroom/code.html",
        group=group,
        started=led is not None,
        **rule_shown(group.band, led.place if led else 1, ENGLISH),
        board_url=board_url(window) if window else "",
    )


@bp.post("")
@staff_required()
def go(class_id: uuid.UUID) -> ResponseReturnValue:
    """Put the rule that the form names on the board, or take the Code off it; never over a lesson that is led."""
    group = class_of_today(class_id)
    if led_in(group):
        return redirect(url_for("leading.show", class_id=class_id), 303)
    place = number_of(request.form.get("place", ""), 3)
    window = window_now(group) if place else window_of(school(), group, now_utc())
    if window:
        window_id = window.id
        school().commit()
        with current_site().databases.sessions.rows(write=True) as rows:
            leading.show_code(rows, window_id, place) if place else leading.end(rows, window_id)
    return redirect(url_for(".show" if place else "windows.show", class_id=class_id), 303)
