"""How a child signs in with class code, name and key, and leaves; the class that a tablet keeps (promise E20)."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from kiosk.accounts.blueprints import band_page, kept_look, monitoring_notice
from kiosk.accounts.classes import windows
from kiosk.accounts.classes.access import present_pupils
from kiosk.accounts.classes.tablets import class_pictures
from kiosk.accounts.classes.views import join_state
from kiosk.accounts.classes.views.set_up_tablet import (
    SET_UP,
    set_up_of_tablet,
    was_taken_back,
    windows_of_tablet,
)
from kiosk.accounts.classes.views.tablet_cookie import TabletCookie
from kiosk.accounts.classes.windows import window_of
from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil
from kiosk.accounts.sign_in.code_rate_limit import lane_of
from kiosk.accounts.sign_in.current_pupil import end_sign_ins
from kiosk.accounts.sign_in.login import open_to_all, sign_out
from kiosk.bands import Band
from kiosk.host.rate_limit import nodes_of
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.web.forms import number_of
from kiosk.web.i18n import language, start_url
from kiosk.web.lanes import has_turn
from kiosk.web.request_sessions import school
from kiosk.wording.messages import Refused, say

KEPT_CLASS = TabletCookie("class", "kept-class")
ONE_VIEW = 30  # tiles of the youngest
LONG_NAME = 10  # letters; a longer one takes two tiles
_A_CLASS, _A_WINDOW = "c", "w"  # what the cookie names: a class, or one window of it
bp = Blueprint("learn", __name__, url_prefix="/learn")


def keep_class(response: Response, window: ClassWindow) -> None:
    """Keep the class on this tablet until school ends today, or until midnight where that is past.

    A class of the youngest, who have no key, is kept until it closes: otherwise an older child who uses the tablet
    later could join as one of them.
    """
    ends = _end_of_the_day()
    if window.class_group.band == Band.KS1:
        ends = min(ends, window.closes_at)
    KEPT_CLASS.keep(response, _cookie_value(window), ends)


def kept_window() -> ClassWindow | None:
    """The open window of the class that this tablet keeps; None where none is kept, it is not open, or the tablet was
    taken back.
    """
    kept, now = KEPT_CLASS.kept(), now_utc()
    if kept is None or was_taken_back():
        return None
    id = uuid.UUID(hex=kept[:-1])
    if kept.endswith(_A_WINDOW):
        found = school().get(ClassWindow, id)
        return found if found and found.closes_at > now else None
    group = school().get(ClassGroup, id)
    return window_of(school(), group, now) if group else None


def _cookie_value(window: ClassWindow) -> str:
    """The value for the cookie: the class, or for the youngest only this window."""
    if window.class_group.band == Band.KS1:
        return window.id.hex + _A_WINDOW
    return window.class_group_id.hex + _A_CLASS


def _end_of_the_day() -> datetime:
    site, now = current_site(), now_utc()
    today, calendar = site.today(), site.calendar
    ends = calendar.hours(today)[1]
    midnight = datetime.combine(today + timedelta(days=1), time.min, calendar.zone)
    return ends if ends > now else midnight


@bp.get("/")
@open_to_all
def join_form() -> ResponseReturnValue:
    """The box for the class code, filled by the QR code of the board; who is signed in already goes on to work.

    A tablet that has come in today goes straight to the names of its class, unless the QR code is of another; so does
    one that was set up for the youngest while one of its classes is open, and shows several as pictures. With `by_code`
    in the address it asks for the code all the same.
    """
    if current_user.is_authenticated:
        return redirect(url_for("lessons.index"))
    kept, typed = kept_window(), request.args.get("code", "")[:40]
    shown = [] if typed or request.args.get("by_code") else windows_of_tablet()
    if kept and typed in {"", kept.code.replace(" ", "")}:
        shown = [kept]
    if len(shown) == 1:
        join_state.remember_window(shown[0])
        return redirect(url_for(".names"))
    if shown:
        return _pictures_page(shown)
    closed = "_user_id" in session or (join_state.WINDOW in session and join_state.join_progress() is None)
    if closed:
        look = kept_look()
        sign_out()
        session.update(look)
    return _join_page(typed, closed=closed)


@bp.post("/")
@open_to_all
def join() -> ResponseReturnValue:
    """Find the class with this code, or say kindly what to do."""
    typed = request.form.get("code", "")[:40]
    found = window_by_code(typed, join_state.tablet_group())
    if found.window is None:
        return _join_page(typed, found.error, busy=found.busy), 503 if found.busy else 422
    return come_into(found.window, ".names")


@dataclass(frozen=True)
class FoundByCode:
    """The open class of a code that somebody typed; or what to say, `busy` where it was not looked up in time."""

    window: ClassWindow | None = None
    error: str = ""
    busy: bool = False


def window_by_code(typed: str, group: int) -> FoundByCode:
    """Look up a class code, one by one where this group of devices has typed many that are wrong (promise G10)."""
    brake, nodes = current_site().code_rate_limit, nodes_of(current_site().config)
    try:
        code = windows.read_code(typed)
    except Refused as refused:
        return FoundByCode(error=say(refused.message))
    if brake.is_slowed(group) and not has_turn(lane_of(group, nodes)):
        return FoundByCode(busy=True)
    window = windows.find_window(school(), code, now_utc())
    if window is None:
        brake.count_wrong(group)
        return FoundByCode(error=_("We do not know that code. Look at the board again, or ask your teacher."))
    return FoundByCode(window)


@bp.post("/picture")
@open_to_all
def choose_class() -> ResponseReturnValue:
    """The picture of a class was tapped: it opens the names on a tablet that was set up for it, and nowhere else."""
    window = next((one for one in windows_of_tablet() if one.id.hex == request.form.get("window", "")), None)
    return come_into(window, ".names", straight=True) if window else redirect(url_for(".join_form"), 303)


def come_into(window: ClassWindow, endpoint: str, straight: bool = False) -> Response:
    """The way on into an open class, which this tablet keeps; `straight` passes over Today, for a tap more here."""
    join_state.remember_window(window, straight)
    response = make_response(redirect(url_for(endpoint), 303))
    if was_taken_back():
        SET_UP.forget(response)  # from now on this tablet is like any other
    join_state.remember_joining(response, window)
    keep_class(response, window)
    return response


def _pictures_page(shown: Sequence[ClassWindow]) -> str:
    site = current_site()
    pictures = class_pictures(school(), site.key, site.pictures.keys)
    return render_template(
        "accounts/coming_in/open_classes.html",
        **band_page(Band.KS1),
        classes=[(window, pictures[window.class_group_id]) for window in shown],
        **_notice(),
    )


def _notice() -> dict[str, Any]:
    return monitoring_notice("monitoring", language())


def _join_page(typed: str = "", error: str = "", closed: bool = False, busy: bool = False) -> str:
    return render_template(
        "accounts/classes/join.html",
        closed=closed,
        typed=typed,
        error=error,
        busy=busy,
        set_up=set_up_of_tablet() is not None,
        **_notice(),
    )


@bp.get("/no-code")
@open_to_all
def no_code() -> ResponseReturnValue:
    """What to do without a code."""
    return render_template("accounts/classes/no_code.html")


@bp.get("/names")
@open_to_all
def names() -> ResponseReturnValue:
    """The names of the class, only while its window is open."""
    place = join_state.join_progress()
    if place is None:
        return redirect(url_for(".join_form"))
    site, group = current_site(), place.window.class_group
    pages = split_names(present_pupils(school(), group), group.band)
    shown = min(number_of(request.args.get("page", ""), 1), len(pages) - 1)
    pictures = class_pictures(school(), site.key, site.pictures.keys) if group.band == Band.KS1 else {}
    return render_template(
        "accounts/classes/names.html",
        **band_page(group.band),
        pupils=pages[shown],
        more=shown + 1 if len(pages) > shown + 1 else None,
        page_before=shown - 1 if shown else None,
        group=group,
        class_picture=pictures.get(group.id, ""),
        set_up=set_up_of_tablet() is not None,
    )


def split_names(pupils: list[Pupil], band: str) -> list[list[Pupil]]:
    """The pages of a class: thirty tiles are one view for the youngest, more come as two halves of the alphabet."""
    places = len(pupils) + sum(len(pupil.first_name) > LONG_NAME for pupil in pupils)
    if band != Band.KS1 or places <= ONE_VIEW:
        return [pupils]
    half = -(-len(pupils) // 2)
    return [pupils[:half], pupils[half:]]


@bp.post("/names")
@open_to_all
def choose() -> ResponseReturnValue:
    """A name was tapped: the youngest are asked whether it is theirs; the others give their key."""
    place = join_state.join_progress()
    if place is None:
        return redirect(url_for(".join_form"), 303)
    pupil = join_state.chosen_pupil(place.window, request.form.get("pupil", ""))
    if pupil is None:
        return redirect(url_for(".names"), 303)
    join_state.remember_name(pupil)
    return redirect(url_for(".is_me" if place.window.class_group.band == Band.KS1 else ".key_form"), 303)


@bp.get("/me")
@open_to_all
def is_me() -> ResponseReturnValue:
    """ "Is this you?" for the youngest, who have no key: picture and name, and nothing that a neighbour may not see."""
    place = join_state.join_progress()
    if place is None or place.pupil is None:
        return redirect(url_for(".names"))
    band = place.window.class_group.band
    if band != Band.KS1:
        return redirect(url_for(".key_form"))
    return render_template("accounts/coming_in/me.html", **band_page(band), pupil=place.pupil, **_notice())


@bp.post("/me")
@open_to_all
def that_is_me() -> ResponseReturnValue:
    """Sign the child in, whose teacher is beside them; where a lesson is led, to where the class is.

    Only the child whom the page showed: after Back it may show another than was tapped last, and then asks again.
    """
    place = join_state.join_progress()
    if place is None or place.pupil is None or place.window.class_group.band != Band.KS1:
        return redirect(url_for(".names"), 303)
    if request.form.get("pupil", "") != place.pupil.id.hex:
        return redirect(url_for(".is_me"), 303)
    straight = join_state.goes_straight()
    join_state.admit_pupil(place.pupil, place.window)
    if place.window.led:
        return redirect(url_for("classroom.follow"), 303)
    return redirect(url_for("lessons.index", straight="1" if straight else None), 303)


@bp.post("/another-class")
@open_to_all
def another_class() -> ResponseReturnValue:
    """This tablet goes to another class: forget the one that it keeps."""
    look = kept_look()
    sign_out()
    session.update(look)
    by_code = "1" if len(windows_of_tablet()) == 1 else None  # of several, the pictures
    response = make_response(redirect(url_for(".join_form", by_code=by_code), 303))
    KEPT_CLASS.forget(response)
    return response


@bp.get("/no-name")
@open_to_all
def no_name() -> ResponseReturnValue:
    """What to do when a name is missing."""
    place = join_state.join_progress()
    if place is None:
        return redirect(url_for(".join_form"))
    return render_template("accounts/classes/no_name.html", **band_page(place.window.class_group.band))


@bp.post("/not-me")
@open_to_all
def not_me() -> ResponseReturnValue:
    """The wrong name was tapped: go back to the names."""
    join_state.forget_name()
    return redirect(url_for(".names"), 303)


@bp.get("/leave")
@open_to_all
def leave_form() -> ResponseReturnValue:
    """Ask whether to leave; this changes nothing until the button is pressed."""
    band = current_user.pupil.class_group.band if current_user.is_authenticated else ""
    return render_template("accounts/classes/leave.html", **(band_page(band) if band else {}))


@bp.post("/leave")
@open_to_all
def leave() -> ResponseReturnValue:
    """End the sign-in and show the start page; nothing about the child stays on this tablet."""
    goes_to = start_url()
    with suppress(*DATABASE_ERRORS):  # whatever the database does, nobody stays signed in on this tablet
        if current_user.is_authenticated:
            end_sign_ins(school(), current_user.pupil.id)
            school().commit()
    sign_out()
    # The header arrives before the browser stores the page; a picture on the start page clears the cache once more
    # afterwards.
    response = redirect(goes_to, 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
