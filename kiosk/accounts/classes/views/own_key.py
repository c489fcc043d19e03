"""A child gives their key: three pictures, one page for each tap, or three words."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.blueprints import band_page
from kiosk.accounts.classes import pupil_keys
from kiosk.accounts.classes.views.join import bp
from kiosk.accounts.classes.views.join_state import TAPS, TRIED, admit_pupil, forget_taps, join_progress
from kiosk.accounts.models import ClassWindow, Pupil
from kiosk.accounts.sign_in.hash_slots import Lane
from kiosk.accounts.sign_in.login import open_to_all
from kiosk.accounts.sign_in.views.hashing import run_in_hash_slot
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.i18n import language
from kiosk.web.request_sessions import school


@bp.get("/key")
@open_to_all
def key_form() -> ResponseReturnValue:
    """The child's sixteen pictures or a box for three words; or what to do without a key or during a wait."""
    site = current_site()
    place = join_progress()
    if place is None or place.pupil is None:
        return redirect(url_for(".names"))
    pupil, band = place.pupil, place.window.class_group.band
    context = band_page(band) | {"pupil": pupil, "tried": session.get(TRIED, False)}
    if pupil.key_hash is None:
        return render_template("accounts/classes/no_key.html", **context)
    until = pupil_keys.waiting_names(school(), place.window, now_utc()).get(pupil.id)
    if until:
        return render_template(
            "accounts/classes/wait.html",
            **context,
            minutes=-int(-(until - now_utc()).total_seconds() // 60),
            until=site.local(until),
        )
    if band != pupil_keys.PICTURE_BAND:
        return render_template("accounts/classes/words.html", **context)
    shown = pupil_keys.shown_pictures(site.key, pupil.id, site.pictures.keys)
    keys = [(thing, site.pictures.name(thing, language())) for thing in shown]
    return render_template(
        "accounts/classes/pictures.html", **context, keys=keys, done=len(session.get(TAPS, []))
    )


@bp.post("/key")
@open_to_all
def key() -> ResponseReturnValue:
    """Take one more picture, or the words; the third picture checks all three."""
    place = join_progress()
    if place is None or place.pupil is None:
        return redirect(url_for(".names"), 303)
    if place.window.class_group.band != pupil_keys.PICTURE_BAND:
        return _check_key(place.window, place.pupil, [request.form.get("words", "")])
    taps = [*session.get(TAPS, []), request.form.get("key", "")]
    if taps[-1] not in pupil_keys.shown_pictures(
        current_site().key, place.pupil.id, current_site().pictures.keys
    ):
        return redirect(url_for(".key_form"), 303)
    if len(taps) < pupil_keys.KEY_LENGTH:
        session[TAPS] = taps
        session.pop(TRIED, None)
        return redirect(url_for(".key_form"), 303)
    return _check_key(place.window, place.pupil, taps)


@bp.post("/key/again")
@open_to_all
def again() -> ResponseReturnValue:
    """Start again with the first picture."""
    forget_taps()
    return redirect(url_for(".key_form"), 303)


def _check_key(window: ClassWindow, pupil: Pupil, offered: list[str]) -> ResponseReturnValue:
    stored = pupil.key_hash
    waits = pupil.id in pupil_keys.waiting_names(school(), window, now_utc())
    with current_site().hash_slots.one_at_a_time(pupil.id) as first:
        if not first:  # the same child in two requests at once: the first decides
            return redirect(url_for(".key_form"), 303)
        fits = not waits and run_in_hash_slot(lambda: pupil_keys.key_matches(stored, offered), Lane.CHILDREN)
    place = join_progress()  # read the row again, as the class may have closed meanwhile
    if place is None or place.pupil is None:
        return redirect(url_for(".names"), 303)
    answer = pupil_keys.count_key_try(school(), place.window, place.pupil, stored, fits, now_utc())
    school().commit()
    if answer.fit is pupil_keys.KeyMatch.RIGHT:
        admit_pupil(pupil, window)
        return redirect(url_for("lessons.index"), 303)
    forget_taps()
    session[TRIED] = answer.fit is pupil_keys.KeyMatch.TRY_AGAIN
    return redirect(url_for(".key_form"), 303)
