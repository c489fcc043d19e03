"""Two or three children on one tablet: whoever came in with it says who is with them, and each is named as present."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.classes.access import PupilName, find_pupil, present_names, present_pupils
from kiosk.accounts.classes.views.join import split_names
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import pupil_required, signed_in_pupil
from kiosk.classroom.leading import LedLesson
from kiosk.classroom.seats import MOST_BESIDE, come_in, seats, share_tablet, take_off_tablet
from kiosk.classroom.views.found import led_lesson_now
from kiosk.lessons.views.pupil import pupil_page
from kiosk.site import current_site
from kiosk.web.forms import id_of, number_of
from kiosk.web.request_sessions import school

bp = Blueprint("sharing", __name__, url_prefix="/learn/class/with")


@bp.get("")
@pupil_required
def show() -> ResponseReturnValue:
    """Who is with you? The names of the class, whether or not anybody has come in, so that the page tells nothing."""
    led = _led_now()
    if led is None:
        return redirect(url_for("classroom.follow"))
    pupil, group = signed_in_pupil(), _group()
    others = [one for one in present_pupils(school(), group) if one.id != pupil.id]
    pages = split_names(others, group.band)
    page = min(number_of(request.args.get("page", ""), 1), len(pages) - 1)
    beside = {one.id for one in beside_me(led)}
    return render_template(
        "accounts/classes/with.html",
        **pupil_page(),
        pupils=pages[page],
        beside=beside,
        full=len(beside) >= MOST_BESIDE,
        started=led.place > 0,
        page_before=page - 1 if page else None,
        more=page + 1 if page + 1 < len(pages) else None,
    )


@bp.post("")
@pupil_required
def name() -> ResponseReturnValue:
    """Name a child of the class who works on this tablet; a wrong name is taken back until the first step."""
    led, mine = _led_now(), signed_in_pupil().id
    added, taken = (id_of(request.form.get(field, "")) for field in ("pupil", "not"))
    if led and added and added != mine and find_pupil(school(), _group(), added):
        with current_site().databases.sessions.rows(write=True) as rows:
            come_in(rows, led.window_id, mine)
        # Apart from that, as two who name each other would wait for each other's row.
        with current_site().databases.sessions.rows(write=True) as rows:
            share_tablet(rows, led.window_id, mine, added)
    if led and taken and led.place == 0:  # later it is written down, and the adult's roll decides
        with current_site().databases.sessions.rows(write=True) as rows:
            take_off_tablet(rows, led.window_id, mine, taken)
    return redirect(url_for("classroom.follow"), 303)


def beside_me(led: LedLesson) -> list[PupilName]:
    """Those who work on the tablet of this request's child, by first name."""
    with current_site().databases.sessions.rows(write=False) as rows:
        beside = {
            seat.pupil_id for seat in seats(rows, led.window_id) if seat.beside_id == signed_in_pupil().id
        }
    return [one for one in present_names(school(), _group()) if one.id in beside] if beside else []


def _led_now() -> LedLesson | None:
    pupil = signed_in_pupil()
    found = led_lesson_now(pupil.window_id) if pupil.led else None
    return found[0] if found else None


def _group() -> ClassGroup:
    return school().get_one(ClassGroup, signed_in_pupil().class_group_id)
